using System.Globalization;

namespace CommunityFund.Outside;

/// <summary>A voucher as its writer meant it: each fund pays so many fen for administration.</summary>
public sealed record Meant(string Narrative, IReadOnlyList<(string Fund, long Fen)> Parts)
{
    public long Total => Parts.Sum(part => part.Fen);
}

/// <summary>What is remembered of one voucher.</summary>
public sealed class Remembered(Meant meant)
{
    public Meant Meant { get; } = meant;

    /// <summary>Its id, once the site acknowledged that it was prepared.</summary>
    public long? Voucher { get; set; }

    /// <summary>Whether the site acknowledged the review.</summary>
    public bool Reviewed { get; set; }

    /// <summary>Series and number as the page showed them after the review.</summary>
    public (string Series, int Number)? Number { get; set; }
}

/// <summary>
/// What the site has acknowledged, kept outside of it: one line each, appended and on disk before anybody counts on it.
/// A chain of hashes cannot see its own end cut off; this can.
/// </summary>
public sealed class Memory : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly Dictionary<string, Remembered> _vouchers = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, DateTime> _doubts = [];

    public Memory(string path)
    {
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            Take(line.Split('\t'));
        }

        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    public IReadOnlyList<Remembered> Vouchers
    {
        get
        {
            lock (_lock)
            {
                return [.. _vouchers.Values];
            }
        }
    }

    public IReadOnlyList<Remembered> Acknowledged => [.. Vouchers.Where(voucher => voucher.Reviewed)];

    /// <summary>Forms whose first sending had no answer, and when that was noticed.</summary>
    public IReadOnlyDictionary<Guid, DateTime> Doubts
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<Guid, DateTime>(_doubts);
            }
        }
    }

    public void Sending(Meant meant) => Write(
        "sending", meant.Narrative, string.Join(' ', meant.Parts.Select(part => Text($"{part.Fund}:{part.Fen}"))));

    public void Prepared(Meant meant, long voucher) => Write("prepared", meant.Narrative, Text($"{voucher}"));

    public void Reviewed(Meant meant) => Write("reviewed", meant.Narrative);

    public void Numbered(Meant meant, string series, int number) => Write("numbered", meant.Narrative, series, Text($"{number}"));

    /// <summary>A form had no answer; only the first time counts.</summary>
    public void Doubted(Guid form)
    {
        lock (_lock)
        {
            if (!_doubts.ContainsKey(form))
            {
                Write("doubted", $"{form}", DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture));
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Write(params string[] parts)
    {
        lock (_lock)
        {
            Take(parts);
            _file.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\t', parts) + "\n"));
            _file.Flush(flushToDisk: true);
        }
    }

    private void Take(string[] parts)
    {
        switch (parts)
        {
            case ["sending", var narrative, var funds]:
                _vouchers.TryAdd(narrative, new Remembered(new Meant(narrative,
                [
                    .. funds.Split(' ').Select(part => part.Split(':'))
                        .Select(part => (part[0], long.Parse(part[1], CultureInfo.InvariantCulture))),
                ])));
                break;
            case ["prepared", var narrative, var voucher]:
                _vouchers[narrative].Voucher = long.Parse(voucher, CultureInfo.InvariantCulture);
                break;
            case ["reviewed", var narrative]:
                _vouchers[narrative].Reviewed = true;
                break;
            case ["numbered", var narrative, var series, var number]:
                _vouchers[narrative].Number = (series, int.Parse(number, CultureInfo.InvariantCulture));
                break;
            case ["doubted", var form, var at]:
                _doubts.TryAdd(Guid.Parse(form), DateTime.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));
                break;
            default:
                throw new FormatException($"The memory has a line that says nothing: {string.Join(' ', parts)}");
        }
    }
}
