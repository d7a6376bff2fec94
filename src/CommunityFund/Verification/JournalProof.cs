using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Verification;

/// <summary>The journal's sheets against the log, line by line, and the log against its root; what the lines come to is added up.</summary>
/// <param name="sizes">Sizes of the log whose root is asked for.</param>
/// <param name="sums">Told of every line of the journal.</param>
/// <param name="entries">Told of every entry of the log, memoranda too.</param>
internal sealed class JournalProof(
    Seal seal, SheetBooks books, LogRows log, IReadOnlyList<long> sizes, Words words, JournalSums sums, Action<CanonicalEntry> entries,
    Action<VerifyFinding> found)
{
    private const int Day = 1, Period = 2, Number = 3, Kind = 4, Line = 5, Said = 6, Account = 7, Code = 8, AccountName = 9, FundCode = 10,
        FundName = 11, Debit = 12, Credit = 13, Restricted = 14, Flow = 15, Moved = 16, Class = 17, Project = 18, Party = 19, Enterprise = 20,
        Paper = 21, Maker = 23, Reviewer = 24, Rule = 25, Posted = 26, Corrects = 27, Salt = 28;

    private readonly MerkleRoot _root = new();
    private readonly Dictionary<long, string> _roots = sizes.Contains(0) ? new() { [0] = Convert.ToHexStringLower(new MerkleRoot().Root()) } : [];
    private readonly Dictionary<(int Period, string Series), (long Count, long Last)> _series = [];
    private readonly Dictionary<string, string> _restrictions = new(StringComparer.Ordinal), _flows = new(StringComparer.Ordinal),
        _movements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _held = [];
    private CanonicalEntry? _entry;
    private HeadOfEntry _head = new(0, "", "", "", "");
    private LogRow? _row;
    private int _line;
    private (string Said, string Salt, byte[] Digest) _proved = ("", "", []);

    // Where the log has a leaf alone, in a workbook of some funds.
    private long _bare;

    /// <summary>How many lines of the journal were read.</summary>
    public long Lines { get; private set; }

    /// <summary>How many entries the log has.</summary>
    public long Size => _root.Size;

    /// <summary>Of these, those of entries that other funds have a part in: the log has their leaf alone, so the digest of the row, the
    /// signature and the balance of each fund are all that holds them.</summary>
    public long Held { get; private set; }

    /// <summary>The root when the log was as long as that; null if it never was, or nobody asked for it.</summary>
    public string? RootAt(long size) => _roots.GetValueOrDefault(size);

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
        sums.Add(_entry.Period, Whole(reader, Account) ?? -1, reader.Text(Code), line.Fund ?? "", line.Side == "D", line.Units);
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
        int period = PeriodOf(reader.Text(Number));
        Same(reader, Period, reader.Text(Period) == words.Show(new PeriodNumber(period)));
        sums.Add(period, Whole(reader, Account) ?? -1, reader.Text(Code), fund, isDebit, units);
    }

    // The voucher's number begins with its period.
    private static int PeriodOf(string number) => number.Length > 7 && number[4] == '-'
        && int.TryParse(number.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out int year)
        && int.TryParse(number.AsSpan(5, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int month) ? (year * 100) + month : 0;

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
            _root.Add(row.Leaf);
            if (sizes.Contains(_root.Size))
            {
                _roots[_root.Size] = Convert.ToHexStringLower(_root.Root());
            }

            if (row.Position != _root.Size)
            {
                found(VerifyFinding.Of(VerifyCode.Position, row.Sheet, row.Row, ("is", row.Position), ("should", _root.Size)));
            }

            if (!row.HasText)
            {
                if (seal.Funds.Count == 0)
                {
                    continue;
                }

                _bare = row.Position;
                return true;
            }

            if (row.Entry is not { } entry || entry.EntryNo != row.Position || entry.Book != seal.Book)
            {
                found(VerifyFinding.Of(VerifyCode.Leaf, row.Sheet, row.Row, ("position", row.Position)));
                continue;
            }

            Whole(entry);
            entries(entry);
            if (entry.Series is "记" or "转")
            {
                (_entry, _line, _head) = (entry, 0, HeadOf(entry));
                return true;
            }
        }

        return false;
    }

    /// <summary>What an entry must be by itself.</summary>
    private void Whole(CanonicalEntry entry)
    {
        if (!IsBalanced(entry.Lines) || entry.Lines.Count != entry.LineCount)
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

    private static bool IsBalanced(IReadOnlyList<CanonicalLine> lines)
    {
        Dictionary<(string?, string), Int128> sums = [];
        foreach (CanonicalLine line in lines)
        {
            (string?, string) key = (line.Fund, line.Commodity);
            sums[key] = sums.GetValueOrDefault(key) + (line.Side == "D" ? line.Units : -(Int128)line.Units);
        }

        return sums.Values.All(sum => sum == 0);
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

    // What all lines of an entry say.
    private HeadOfEntry HeadOf(CanonicalEntry entry) => new(
        RowDigest.Serial(entry.OccurredOn.ToDateTimeUnspecified()), words.Show(new PeriodNumber(entry.Period)),
        string.Create(CultureInfo.InvariantCulture, $"{new PeriodNumber(entry.Period)} {entry.Series}-{entry.Number}"),
        Codes.Find<VoucherKind>(entry.Kind) is { } kind ? words.Show(kind) : "",
        entry.PostedAt.ToDateTimeUtc().AddHours(8).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));

    private void Compare(SheetReader reader, CanonicalEntry entry, CanonicalLine line)
    {
        bool isDebit = line.Side == "D";
        SheetAccount? account = Whole(reader, Account) is { } id ? books.Accounts.GetValueOrDefault(id) : null;
        Same(reader, Day, reader.Number(Day) == _head.Day);
        Same(reader, Period, reader.Text(Period) == _head.Period);
        Same(reader, Number, reader.Text(Number) == _head.Number);
        Same(reader, Kind, reader.Text(Kind) == _head.Kind);
        Same(reader, Line, Whole(reader, Line) == line.LineNo);
        Same(reader, Said, Proves(reader.Text(Said), reader.Text(Salt), line.NarrativeDigest, entry.NarrativeDigest));
        Same(reader, Account, account is not null && account.Key == line.Account);
        Same(reader, Code, account?.Code is not { } code || reader.Text(Code) == code);
        Same(reader, AccountName, account?.Name is not { } name || reader.Text(AccountName) == name);
        Same(reader, FundCode, reader.Text(FundCode) == line.Fund);
        Same(reader, FundName, books.Funds.GetValueOrDefault(line.Fund ?? "")?.Name is not { } fund || reader.Text(FundName) == fund);
        Same(reader, Debit, reader.Number(Debit) == (isDebit ? line.Units / 100m : null));
        Same(reader, Credit, reader.Number(Credit) == (isDebit ? null : line.Units / 100m));
        Same(reader, Restricted, reader.Text(Restricted)
            == Term(_restrictions, line.Restriction, code => Codes.RestrictionOf(code) is { } known ? words.Show(known) : ""));
        Same(reader, Flow, reader.Text(Flow) == Term(_flows, line.CashFlow, key => CashFlow.Find(key) is { } known ? words.Show(known) : key));
        Same(reader, Moved, reader.Text(Moved) == Term(_movements, line.Movement, code =>
            code == "ordinary" ? "" : Codes.Find<MovementKind>(code) is { } known ? words.Show(known) : code));
        Same(reader, Class, reader.Text(Class) == SheetText.Clean(line.ProjectClass));
        Same(reader, Project, Whole(reader, Project) == line.ProjectId);
        Same(reader, Party, Whole(reader, Party) == line.CounterpartyId);
        Same(reader, Enterprise, Whole(reader, Enterprise) == line.EnterpriseId);
        Same(reader, Paper, Whole(reader, Paper) == line.DocumentId);
        Same(reader, Maker, Whole(reader, Maker) == entry.MakerId);
        Same(reader, Reviewer, Whole(reader, Reviewer) == entry.ReviewerId);
        Same(reader, Rule, reader.Text(Rule) == (entry.ReviewRule ?? ""));
        Same(reader, Posted, reader.Text(Posted) == _head.Posted);
        Same(reader, Corrects, Whole(reader, Corrects) == entry.CorrectsEntryNo);
    }

    private static string Term(Dictionary<string, string> known, string code, Func<string, string> word)
    {
        if (!known.TryGetValue(code, out string? said))
        {
            known[code] = said = word(code);
        }

        return said;
    }

    // A text that was blanked proves nothing and claims nothing; what a sheet cannot show is not in it either.
    private bool Proves(string said, string salt, byte[]? line, byte[]? entry)
    {
        if (said.Length == 0)
        {
            return true;
        }

        if (_proved.Said != said || _proved.Salt != salt)
        {
            bool isSalt = salt.Length > 0 && salt.Length % 2 == 0 && salt.All(char.IsAsciiHexDigitLower);
            _proved = (said, salt, isSalt ? CanonicalEntry.DigestOf(Convert.FromHexString(salt), said) : []);
        }

        return (line is not null && _proved.Digest.AsSpan().SequenceEqual(line))
            || (entry is not null && _proved.Digest.AsSpan().SequenceEqual(entry));
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

    private sealed record HeadOfEntry(decimal Day, string Period, string Number, string Kind, string Posted);
}
