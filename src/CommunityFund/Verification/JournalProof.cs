using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Verification;

/// <summary>The journal's sheets against the log, line by line, and the log against its root; what the lines come to is kept by period,
/// account and fund.</summary>
internal sealed class JournalProof(Seal seal, IReadOnlyDictionary<long, string> accounts, LogRows log, long previous, Words words,
    Action<VerifyFinding> found)
{
    private const int Day = 1, Period = 2, Number = 3, Kind = 4, Line = 5, Said = 6, Account = 7, Code = 8, FundCode = 10, Debit = 12, Credit = 13,
        Restricted = 14, Flow = 15, Moved = 16, Class = 17, Project = 18, Party = 19, Enterprise = 20, Paper = 21, Maker = 23, Reviewer = 24,
        Rule = 25, Posted = 26, Corrects = 27, Salt = 28;

    private readonly MerkleRoot _root = new();
    private readonly Dictionary<(int Period, string Series), (long Count, long Last)> _series = [];
    private readonly Dictionary<string, long> _held = [];
    private CanonicalEntry? _entry;
    private LogRow? _row;
    private int _line;

    // Where the log has a leaf alone, in a workbook of some funds.
    private long _bare;

    /// <summary>How many lines of the journal were read.</summary>
    public long Lines { get; private set; }

    /// <summary>Of these, those of entries that other funds have a part in: the log has their leaf alone, so the digest of the row, the
    /// signature and the balance of each fund are all that holds them.</summary>
    public long Held { get; private set; }

    public JournalSums Sums { get; } = new();

    /// <summary>The root when the log was as long as in an earlier workbook.</summary>
    public string? RootBefore { get; private set; } = previous == 0 ? Convert.ToHexStringLower(new MerkleRoot().Root()) : null;

    /// <summary>A row of the journal.</summary>
    public void Read(SheetReader reader)
    {
        Lines++;
        long position = Whole(reader, 0) ?? -1;
        while ((_entry?.EntryNo ?? _bare) is var at && (at == 0 || at < position))
        {
            EndEntry();
            if (!Next())
            {
                break;
            }
        }

        if (_bare == position && _entry is null && seal.Funds.Count > 0)
        {
            Hold(reader);
            return;
        }

        if (_entry is null || _entry.EntryNo != position || _line >= _entry.Lines.Count)
        {
            Differs(reader, 0);
            return;
        }

        CanonicalLine line = _entry.Lines[_line++];
        Compare(reader, _entry, line);
        Sums.Add(reader.Text(Period), reader.Text(Code), reader.Text(FundCode), (long?)reader.Number(Account) ?? 0, line.Side == "D", line.Units);
    }

    /// <summary>A line whose entry the log has no text of.</summary>
    private void Hold(SheetReader reader)
    {
        decimal debit = reader.Number(Debit) ?? 0, credit = reader.Number(Credit) ?? 0;
        bool isDebit = reader.Number(Debit) is not null;
        long units = (long)decimal.Round((isDebit ? debit : credit) * 100);
        string fund = reader.Text(FundCode);
        Held++;
        Same(reader, FundCode, seal.Funds.Contains(fund));
        Same(reader, Credit, isDebit != reader.Number(Credit) is not null);
        _held[fund] = _held.GetValueOrDefault(fund) + (isDebit ? units : -units);
        Sums.Add(reader.Text(Period), reader.Text(Code), fund, (long?)reader.Number(Account) ?? 0, isDebit, units);
    }

    /// <summary>No more rows: what is left of the log has none.</summary>
    public void End()
    {
        do
        {
            EndEntry();
        }
        while (Next());

        if (_root.Size != seal.Size || Convert.ToHexStringLower(_root.Root()) != seal.Root)
        {
            found(VerifyFinding.Of(VerifyCode.Root, _row?.Sheet ?? "", 0, ("size", _root.Size), ("should", seal.Size)));
        }

        foreach (var ((period, series), (count, last)) in _series.Where(each => each.Value.Count != each.Value.Last))
        {
            found(VerifyFinding.Of(VerifyCode.Series, "", 0,
                ("period", new PeriodNumber(period)), ("series", series), ("count", count), ("last", last)));
        }
    }

    /// <summary>On to the next entry of the log that has lines in the journal.</summary>
    private bool Next()
    {
        (_entry, _bare) = (null, 0);
        while (log.Next() is { } row)
        {
            _row = row;
            byte[] leaf = Leaf(row);
            _root.Add(leaf);
            if (_root.Size == previous)
            {
                RootBefore = Convert.ToHexStringLower(_root.Root());
            }

            if (row.Position != _root.Size)
            {
                found(VerifyFinding.Of(VerifyCode.Position, row.Sheet, row.Row, ("is", row.Position), ("should", _root.Size)));
            }

            if (row.Text.Length == 0)
            {
                if (seal.Funds.Count == 0)
                {
                    continue;
                }

                _bare = row.Position;
                return true;
            }

            CanonicalEntry? entry = CanonicalText.Read(row.Text);
            if (entry is null || entry.EntryNo != row.Position || entry.Book != seal.Book || !entry.Leaf().AsSpan().SequenceEqual(leaf))
            {
                found(VerifyFinding.Of(VerifyCode.Leaf, row.Sheet, row.Row, ("position", row.Position)));
                continue;
            }

            Whole(entry);
            if (entry.Series is "记" or "转")
            {
                (_entry, _line) = (entry, 0);
                return true;
            }
        }

        return false;
    }

    private static byte[] Leaf(LogRow row) =>
        row.Leaf.Length == 64 && row.Leaf.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(row.Leaf) : new byte[32];

    /// <summary>What an entry must be by itself.</summary>
    private void Whole(CanonicalEntry entry)
    {
        if (entry.Lines.GroupBy(line => (line.Fund, line.Commodity)).Any(group => group.Sum(line => line.Side == "D" ? line.Units : -line.Units) != 0)
            || entry.Lines.Count != entry.LineCount)
        {
            found(VerifyFinding.Of(VerifyCode.Unbalanced, _row!.Sheet, _row.Row, ("position", entry.EntryNo)));
        }

        // Of a month that is cut off by the last day, numbers of later days are missing.
        // Of some funds, so are those of the others.
        if (entry.Number > 0 && seal.Funds.Count == 0 && (seal.Until is not { } until || until >= LastDay(entry.Period)))
        {
            (long count, long last) = _series.GetValueOrDefault((entry.Period, entry.Series));
            _series[(entry.Period, entry.Series)] = (count + 1, Math.Max(last, entry.Number));
        }
    }

    private static LocalDate LastDay(int period) => new LocalDate(period / 100, Math.Clamp(period % 100, 1, 12), 1).With(DateAdjusters.EndOfMonth);

    private void EndEntry()
    {
        if (_entry is { } entry && _line < entry.Lines.Count)
        {
            found(VerifyFinding.Of(VerifyCode.LineMissing, _row!.Sheet, _row.Row, ("position", entry.EntryNo), ("line", entry.Lines[_line].LineNo)));
        }

        if (_held.Values.Any(sum => sum != 0))
        {
            found(VerifyFinding.Of(VerifyCode.Unbalanced, _row!.Sheet, _row.Row, ("position", _bare)));
        }

        _held.Clear();
        _entry = null;
    }

    private void Compare(SheetReader reader, CanonicalEntry entry, CanonicalLine line)
    {
        bool isDebit = line.Side == "D";
        Same(reader, Day, reader.Number(Day) == RowDigest.Serial(entry.OccurredOn.ToDateTimeUnspecified()));
        Same(reader, Period, reader.Text(Period) == words.Show(new PeriodNumber(entry.Period)));
        Same(reader, Number, reader.Text(Number)
            == string.Create(CultureInfo.InvariantCulture, $"{new PeriodNumber(entry.Period)} {entry.Series}-{entry.Number}"));
        Same(reader, Kind, reader.Text(Kind) == words.Show(Codes.Parse<VoucherKind>(entry.Kind)));
        Same(reader, Line, Whole(reader, Line) == line.LineNo);
        Same(reader, Said, Proves(reader.Text(Said), reader.Text(Salt), line.NarrativeDigest, entry.NarrativeDigest));
        Same(reader, Account, Whole(reader, Account) is { } id && accounts.GetValueOrDefault(id) == line.Account);
        Same(reader, FundCode, reader.Text(FundCode) == line.Fund);
        Same(reader, Debit, reader.Number(Debit) == (isDebit ? line.Units / 100m : null));
        Same(reader, Credit, reader.Number(Credit) == (isDebit ? null : line.Units / 100m));
        Same(reader, Restricted, reader.Text(Restricted) == (Codes.RestrictionOf(line.Restriction) is { } known ? words.Show(known) : ""));
        Same(reader, Flow, reader.Text(Flow) == (CashFlow.Find(line.CashFlow) is { } flow ? words.Show(flow) : line.CashFlow));
        Same(reader, Moved, reader.Text(Moved) == (line.Movement == "ordinary" ? "" : words.Show(Codes.Parse<MovementKind>(line.Movement))));
        Same(reader, Class, reader.Text(Class) == SheetText.Clean(line.ProjectClass));
        Same(reader, Project, Whole(reader, Project) == line.ProjectId);
        Same(reader, Party, Whole(reader, Party) == line.CounterpartyId);
        Same(reader, Enterprise, Whole(reader, Enterprise) == line.EnterpriseId);
        Same(reader, Paper, Whole(reader, Paper) == line.DocumentId);
        Same(reader, Maker, Whole(reader, Maker) == entry.MakerId);
        Same(reader, Reviewer, Whole(reader, Reviewer) == entry.ReviewerId);
        Same(reader, Rule, reader.Text(Rule) == (entry.ReviewRule ?? ""));
        Same(reader, Posted, reader.Text(Posted)
            == entry.PostedAt.ToDateTimeUtc().AddHours(8).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        Same(reader, Corrects, Whole(reader, Corrects) == entry.CorrectsEntryNo);
    }

    // A text that was blanked proves nothing and claims nothing; what a sheet cannot show is not in it either.
    private static bool Proves(string said, string salt, byte[]? line, byte[]? entry)
    {
        if (said.Length == 0)
        {
            return true;
        }

        if (salt.Length == 0 || salt.Length % 2 != 0 || !salt.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }

        byte[] digest = CanonicalEntry.DigestOf(Convert.FromHexString(salt), said);
        return (line is not null && digest.AsSpan().SequenceEqual(line)) || (entry is not null && digest.AsSpan().SequenceEqual(entry));
    }

    private static long? Whole(SheetReader reader, int column) =>
        reader.Number(column) is { } number && number == decimal.Truncate(number) && Math.Abs(number) <= long.MaxValue ? (long)number : null;

    private void Same(SheetReader reader, int column, bool isSame)
    {
        if (!isSame)
        {
            Differs(reader, column);
        }
    }

    private void Differs(SheetReader reader, int column) =>
        found(VerifyFinding.Of(VerifyCode.Line, reader.Sheet, reader.Row, ("column", column + 1), ("entry", Whole(reader, 0) ?? 0)));
}
