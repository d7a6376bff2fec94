using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Lots;

/// <summary>A piece of a lot that is followed.</summary>
internal sealed record LotPiece(long Lot, long From, long To);

/// <summary>Money of a lot that ended at a voucher.</summary>
/// <param name="Through">Funds it went through on its way, the first one first.</param>
internal sealed record LotEnd(long Voucher, long Lot, int Fund, long Units, IReadOnlyList<int> Through);

/// <summary>What is known of where the money of some lots went.</summary>
/// <param name="Left">Units that are not used yet, by fund.</param>
internal sealed record LotEnds(IReadOnlyList<LotEnd> Ends, IReadOnlyList<(int Fund, long Units)> Left, long Undone);

/// <summary>
/// Follows lots to the vouchers that used them, as known at an entry and up to a day. What a voucher released, handed to another fund or
/// put under another purpose is a lot again and is followed on; a gift that was booked anew is followed into what it had paid for before.
/// </summary>
internal sealed class LotTracer(FundDb db, int book, DateOnly day, long known)
{
    // Money goes through a release, a transfer, another release; more often than this is no trace that anybody can read.
    private const int Deepest = 12;

    private readonly Dictionary<long, Lot> _lots = [];
    private readonly Dictionary<long, LotSlices> _slices = [];
    private readonly Dictionary<long, List<Lot>> _made = [];
    private readonly Dictionary<long, List<Source>> _sources = [];
    private readonly HashSet<long> _undone = [];

    public async Task<LotEnds> Follow(IReadOnlyList<long> lots, CancellationToken ct)
    {
        await Load(lots, ct);
        List<(LotPiece Piece, IReadOnlyList<int> Through)> frontier =
            [.. lots.Where(_lots.ContainsKey).Select(lot => (new LotPiece(lot, 0, _lots[lot].Units), (IReadOnlyList<int>)[]))];
        List<LotEnd> ends = [];
        List<(int Fund, long Units)> left = [];
        long undone = 0;
        for (int depth = 0; frontier.Count > 0; depth++)
        {
            List<(LotPiece Piece, IReadOnlyList<int> Through)> next = [];
            foreach (var (piece, through) in frontier)
            {
                Lot lot = _lots[piece.Lot];
                long used = 0;
                foreach (Slice slice in _slices[piece.Lot].Between(piece.From, piece.To))
                {
                    used += slice.Length;
                    IReadOnlyList<LotPiece> on = depth < Deepest ? On(lot, slice) : [];
                    next.AddRange(on.Select(each => (each, lot.FundId == _lots[each.Lot].FundId ? through : [.. through, lot.FundId])));
                    long stays = slice.Length - on.Sum(each => each.To - each.From);
                    if (stays > 0)
                    {
                        ends.Add(new LotEnd(slice.Voucher, lot.LotId, lot.FundId, stays, through));
                    }
                }

                long rest = piece.To - piece.From - used;
                if (_undone.Contains(lot.LotId))
                {
                    undone += rest;
                }
                else if (rest > 0)
                {
                    left.Add((lot.FundId, rest));
                }
            }

            await Load([.. next.Select(each => each.Piece.Lot).Distinct()], ct);
            frontier = next;
        }

        return new LotEnds(ends, left, undone);
    }

    /// <summary>The lots that a use of a lot became: of what was released or handed on, or booked anew.</summary>
    private List<LotPiece> On(Lot lot, Slice slice)
    {
        List<LotPiece> pieces = [];
        if (_made.GetValueOrDefault(slice.Voucher) is not { } made)
        {
            return pieces;
        }

        // A gift booked anew took over what the old one had paid for.
        if (made.Exists(each => each.IsBefore))
        {
            long skip = slice.From;
            foreach (Lot before in made.Where(each => each.IsBefore && each.FundId == lot.FundId && each.Restriction == lot.Restriction))
            {
                foreach (Slice old in _slices.TryGetValue(before.LotId, out LotSlices? known) ? known.Taken : [])
                {
                    long from = Math.Max(0, skip), to = Math.Min(old.Length, skip + slice.Length);
                    if (from < to)
                    {
                        pieces.Add(new LotPiece(before.LotId, old.From + from, old.From + to));
                    }

                    skip -= old.Length;
                }
            }

            return pieces;
        }

        foreach (var like in made.GroupBy(each => (each.FundId, each.Restriction, each.Movement)))
        {
            // Where in all that the voucher took from such lots this slice lies, and which of the lots it made lie there.
            List<Source> from = [.. _sources[slice.Voucher].Where(source => source.Feeds(like.First()))];
            int at = from.FindIndex(source => source.LotId == lot.LotId);
            if (at < 0)
            {
                continue;
            }

            long first = _slices[lot.LotId].Taken.Where(each => each.Voucher == slice.Voucher && each.From < slice.From)
                .Sum(each => Math.Min(each.Length, slice.From - each.From));
            long start = from.Take(at).Sum(source => source.Units) + first, end = start + slice.Length, place = 0;
            foreach (Lot each in like.OrderBy(each => each.LotId))
            {
                (long begins, long ends) = (Math.Max(start, place), Math.Min(end, place + each.Units));
                if (begins < ends)
                {
                    pieces.Add(new LotPiece(each.LotId, begins - place, ends - place));
                }

                place += each.Units;
            }
        }

        return pieces;
    }

    private async Task Load(IReadOnlyList<long> wanted, CancellationToken ct)
    {
        long[] lots = [.. wanted.Where(lot => !_slices.ContainsKey(lot))];
        if (lots.Length == 0)
        {
            return;
        }

        foreach (Lot lot in await LotRows(ct, lots: lots))
        {
            _lots[lot.LotId] = lot;
            _slices[lot.LotId] = new LotSlices(lot.Units);
        }

        List<Move> moves = await Moves(lots, ct);
        foreach (Move move in moves)
        {
            if (move.CorrectsEntryNo == _lots[move.LotId].EntryNo)
            {
                // Red and blue of the gift itself: it is undone, and what it paid for stays its own until the blue gift is followed.
                _undone.Add(move.LotId);
            }
            else if (move.Units > 0)
            {
                _slices[move.LotId].Take(move.VoucherId, move.Units);
            }
            else
            {
                _slices[move.LotId].GiveBack(move.Reverses, -move.Units);
            }
        }

        await LoadMade([.. moves.Where(move => move.Units > 0)], ct);
    }

    /// <summary>What the vouchers that used these lots made of them.</summary>
    private async Task LoadMade(List<Move> moves, CancellationToken ct)
    {
        long[] vouchers = [.. moves.Select(move => move.VoucherId).Distinct().Where(voucher => !_made.ContainsKey(voucher))];
        List<Lot> made = [.. (await LotRows(ct, vouchers: vouchers)).Where(lot => lot.Movement.Length > 0)];
        // A gift booked anew: the lot and the voucher that uses it come from one correction.
        long[] anew = [.. moves.Where(move => move.IsCarried).Select(move => move.VoucherId).Distinct()];
        if (anew.Length > 0)
        {
            made.AddRange(await LotRows(ct, corrected: anew));
            await Load([.. made.Where(lot => lot.IsBefore).Select(lot => lot.LotId).Distinct()], ct);
        }

        foreach (IGrouping<long, Lot> of in made.GroupBy(lot => lot.By))
        {
            _made[of.Key] = [.. of];
            foreach (Lot lot in of)
            {
                _lots.TryAdd(lot.LotId, lot);
            }
        }

        long[] makers = [.. made.Where(lot => !lot.IsBefore).Select(lot => lot.By).Distinct()];
        foreach (IGrouping<long, Source> of in (await Sources(makers, ct)).GroupBy(source => source.VoucherId))
        {
            _sources[of.Key] = [.. of];
        }
    }

    /// <summary>Lots by id, by the voucher that made them, or by the correction that undid them.</summary>
    private async Task<List<Lot>> LotRows(CancellationToken ct, long[]? lots = null, long[]? vouchers = null, long[]? corrected = null)
    {
        if ((lots ?? vouchers ?? corrected)!.Length == 0)
        {
            return [];
        }

        (long[] ids, long[] by, long[] old) = (lots ?? [], vouchers ?? [], corrected ?? []);
        return await db.Database.SqlQuery<Lot>(
            $"""
            select g.lot_id as "LotId", g.fund_id as "FundId", g.restriction as "Restriction", g.units as "Units", g.entry_no as "EntryNo",
                   w.voucher_id as "By", w.is_before as "IsBefore",
                   case when p.movement in ('release', 'transfer', 're-restrict') then p.movement
                        when p.restriction <> 'R' and exists (
                               select 1 from posting r
                                where r.book_id = p.book_id and r.entry_no = p.entry_no and r.account_id = p.account_id
                                  and r.fund_id = p.fund_id and r.restriction = 'R' and r.side = 'D' and r.units > 0)
                             then 'release' else '' end as "Movement"
              from (select g.lot_id, 0::bigint as voucher_id, false as is_before from gift_lot g
                     where g.book_id = {book} and g.lot_id = any ({ids})
                    union all
                    select g.lot_id, v.voucher_id, false from voucher v join gift_lot g on g.book_id = v.book_id and g.entry_no = v.entry_no
                     where v.book_id = {book} and v.voucher_id = any ({by})
                    union all
                    select g.lot_id, v.voucher_id, true from voucher v join gift_lot g on g.book_id = v.book_id and g.entry_no = v.corrects_entry_no
                     where v.book_id = {book} and v.voucher_id = any ({old})) w
              join gift_lot g on g.book_id = {book} and g.lot_id = w.lot_id
              join posting p on p.book_id = g.book_id and p.entry_no = g.entry_no and p.line_no = g.line_no
             order by g.lot_id
            """).ToListAsync(ct);
    }

    private Task<List<Move>> Moves(long[] lots, CancellationToken ct) => db.Database.SqlQuery<Move>(
        $"""
        select m.lot_id as "LotId", m.voucher_id as "VoucherId", m.units as "Units", v.corrects_entry_no as "CorrectsEntryNo",
               case v.kind when 'reversal' then o.voucher_id end as "Reverses",
               v.kind = 'correction' and g.entry_no = v.entry_no
               or v.kind = 'reversal' and exists (
                    select 1 from voucher b
                     where b.book_id = v.book_id and b.bundle_id = coalesce(v.bundle_id, v.voucher_id) and b.entry_no = g.entry_no) as "IsCarried"
          from lot_move m
          join gift_lot g on g.book_id = m.book_id and g.lot_id = m.lot_id
          join voucher v on v.book_id = m.book_id and v.voucher_id = m.voucher_id
          left join journal_entry o on o.book_id = v.book_id and o.entry_no = v.corrects_entry_no
         where m.book_id = {book} and m.lot_id = any ({lots}) and m.state = 'used' and v.entry_no <= {known} and v.occurred_on <= {day}
         order by v.entry_no, m.units
        """).ToListAsync(ct);

    private async Task<List<Source>> Sources(long[] vouchers, CancellationToken ct) => vouchers.Length == 0 ? []
        : await db.Database.SqlQuery<Source>(
            $"""
            select m.voucher_id as "VoucherId", m.lot_id as "LotId", g.fund_id as "FundId", g.restriction as "Restriction", m.units as "Units",
                   g.entry_no = v.entry_no as "IsOwn"
              from lot_move m
              join gift_lot g on g.book_id = m.book_id and g.lot_id = m.lot_id
              join voucher v on v.book_id = m.book_id and v.voucher_id = m.voucher_id
             where m.book_id = {book} and m.voucher_id = any ({vouchers}) and m.state = 'used' and m.units > 0
             order by m.voucher_id, m.lot_id
            """).ToListAsync(ct);

    private sealed record Lot(
        long LotId, int FundId, string Restriction, long Units, long EntryNo, long By, bool IsBefore, string Movement);

    private sealed record Move(long LotId, long VoucherId, long Units, long? CorrectsEntryNo, long? Reverses, bool IsCarried);

    /// <param name="IsOwn">The voucher made the lot itself: what a fee frees is handed on at once.</param>
    private sealed record Source(long VoucherId, long LotId, int FundId, string Restriction, long Units, bool IsOwn)
    {
        /// <summary>Whether a lot that the voucher made comes out of this one: freed in its fund, handed on, or bound anew.</summary>
        public bool Feeds(Lot made) => made.Movement switch
        {
            "release" => FundId == made.FundId && Restriction == "R" && !IsOwn,
            "re-restrict" => FundId == made.FundId && Restriction == "U" && !IsOwn,
            _ => Restriction == made.Restriction && LotId != made.LotId,
        };
    }
}
