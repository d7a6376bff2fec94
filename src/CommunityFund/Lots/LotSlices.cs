namespace CommunityFund.Lots;

/// <summary>A part of a lot that a voucher used: the fen from <paramref name="From"/> up to, not with, <paramref name="To"/>.</summary>
internal sealed record Slice(long Voucher, long From, long To)
{
    public long Length => To - From;
}

/// <summary>
/// Which fen of a lot paid for what. Who takes gets the lowest that are free; who gives back frees the last that were taken, of the
/// voucher that is undone or, if none is named, of whichever took last. So each fen has one use at a time, and what is known at an
/// entry is the same for ever.
/// </summary>
internal sealed class LotSlices(long units)
{
    // In the order of taking. Until something is given back it is the order of the fen too, and what is free begins at the end.
    private readonly List<Slice> _taken = [];
    private long _end;
    private bool _hasHoles;

    /// <summary>In the order of the fen.</summary>
    public IReadOnlyList<Slice> Taken => _hasHoles ? [.. _taken.OrderBy(slice => slice.From)] : _taken;

    public void Take(long voucher, long wanted)
    {
        if (!_hasHoles)
        {
            long all = Math.Min(wanted, units - _end);
            if (all > 0)
            {
                _taken.Add(new Slice(voucher, _end, _end + all));
                _end += all;
            }

            return;
        }

        long at = 0;
        foreach (Slice slice in Taken.Append(new Slice(0, units, units)))
        {
            long part = Math.Min(wanted, slice.From - at);
            if (part > 0)
            {
                _taken.Add(new Slice(voucher, at, at + part));
                wanted -= part;
            }

            if (wanted == 0)
            {
                return;
            }

            at = slice.To;
        }
    }

    /// <param name="of">The voucher whose use is undone; null if it is nobody's in particular.</param>
    public void GiveBack(long? of, long given)
    {
        // What a voucher of another gift used stands here since the gift was booked anew: then whichever took last.
        of = of is { } undone && _taken.Exists(slice => slice.Voucher == undone) ? undone : null;
        _hasHoles = true;
        for (int i = _taken.Count - 1; i >= 0 && given > 0; i--)
        {
            Slice slice = _taken[i];
            if (of is { } voucher && slice.Voucher != voucher)
            {
                continue;
            }

            long part = Math.Min(given, slice.Length);
            given -= part;
            if (part == slice.Length)
            {
                _taken.RemoveAt(i);
            }
            else
            {
                _taken[i] = slice with { To = slice.To - part };
            }
        }
    }

    /// <summary>The uses of the fen between two places.</summary>
    public IEnumerable<Slice> Between(long from, long to) => Taken
        .Select(slice => slice with { From = Math.Max(from, slice.From), To = Math.Min(to, slice.To) })
        .Where(slice => slice.Length > 0);
}
