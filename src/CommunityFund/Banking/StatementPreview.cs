using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A row of the file as the preview shows it: a line and what becomes of it, or a row that is left out.</summary>
/// <param name="Twin">The line here that a doubtful one may be.</param>
public sealed record PreviewRow(
    int LineNo, StatementLine? Line, LineFate? Fate, LeftOutRow? LeftOut, bool IsBeforeOpening, DoubleHere? Twin);

/// <summary>A line that is here, in the words in which a person knows it.</summary>
public sealed record DoubleHere(long Id, LocalDate Day, string Words, string FileName);

/// <summary>What stands before the file: the line before it here, or else the books; and whether the file goes on from
/// there.</summary>
public sealed record StandsBefore(bool IsBooks, Amount Balance, Amount FileOpening)
{
    public Amount Difference => FileOpening - Balance;
}

/// <summary>The first rows of a file as they stand in it, for a person to say what they are.</summary>
/// <param name="Sheets">Tables of the file to choose from.</param>
/// <param name="IsText">Whether there is an encoding to choose.</param>
public sealed record FirstRows(
    IReadOnlyList<string> Sheets, string Sheet, bool IsText, string Encoding,
    IReadOnlyList<(int LineNo, IReadOnlyList<string> Cells)> Rows, int Width)
{
    public static FirstRows None { get; } = new([], "", false, "", [], 0);
}

/// <summary>A file as it would be imported.</summary>
/// <param name="File">Null if it cannot be read as it stands; <paramref name="Problem"/> says why.</param>
/// <param name="Said">What a person corrected.</param>
/// <param name="Total">How many rows fit what is asked to be shown.</param>
/// <param name="Chosen">The account it would go to; null if a person has to choose, or <paramref name="AccountRefusal"/> says
/// why not.</param>
public sealed record Preview(
    StatementFile? File, Refusal? Problem, StatementReading Said, FirstRows Raw, string FileName, LocalDate FirstDay, LocalDate LastDay,
    Amount MoneyIn, Amount MoneyOut, IReadOnlyDictionary<LineFate, int> Fates, int BeforeOpening, LocalDate OpeningDay,
    IReadOnlyList<PreviewRow> Rows, int Total, IReadOnlyList<BankAccount> Accounts, int? Chosen, Refusal? AccountRefusal, StandsBefore? Before)
{
    public int New => Fates.GetValueOrDefault(LineFate.New);

    public int Known => Fates.GetValueOrDefault(LineFate.Known);

    public int Doubtful => Fates.GetValueOrDefault(LineFate.Doubtful);

    public int Empty => Fates.GetValueOrDefault(LineFate.Empty);
}

/// <summary>Which rows of the file are shown.</summary>
public enum PreviewOnly
{
    /// <summary>All.</summary>
    All,

    /// <summary>New lines.</summary>
    New,

    /// <summary>Lines that are here.</summary>
    Known,

    /// <summary>Lines that may be here.</summary>
    Doubtful,

    /// <summary>Rows that are no lines.</summary>
    LeftOut,
}

/// <summary>Looks at an uploaded file beside what is here; changes nothing.</summary>
public sealed record StatementPreview(long Upload, int? BankAccount, int Page = 1, PreviewOnly Only = PreviewOnly.All) : Query<Preview>
{
    /// <summary>So many rows are shown at a time; all are counted.</summary>
    public const int Shown = 50;

    internal override Need Needs => Need.Any(Role.Accountant).ForWholeBook();

    internal override async Task<Preview> Answer(Work work, CancellationToken ct)
    {
        BankUpload upload = await BankUpload.Of(work, Upload, ct);
        StatementReading said = StatementReading.Of(upload.Reading);
        List<BankAccount> accounts = await OwnAccount.All(work, ct);
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay)
            .SingleAsync(ct);
        using StatementBytes content = await upload.Content(work, ct);
        try
        {
            StatementFile file = await upload.Read(work, content, null, ct);
            return await Of(work, file, said, RawRows.Of(content, upload.FileName, said, file), upload.FileName, accounts, opening, ct);
        }
        catch (RefusedException refused)
        {
            return new Preview(null, refused.Refusal, said, RawRows.Of(content, upload.FileName, said, null), upload.FileName, opening, opening,
                Amount.Fen(0), Amount.Fen(0), new Dictionary<LineFate, int>(), 0, opening, [], 0, accounts, null, null, null);
        }
    }

    private async Task<Preview> Of(
        Work work, StatementFile file, StatementReading said, FirstRows raw, string fileName, List<BankAccount> accounts,
        LocalDate opening, CancellationToken ct)
    {
        (BankAccount? account, Refusal? refusal) = await Account(work, file, ct);
        StagingPlan plan = account is null ? StagingPlan.Of(file, [])
            : await StagedLines.Plan(work, account.BankAccountId, file, ct);
        List<(int LineNo, int Line, LeftOutRow? LeftOut)> rows = Shows(file, plan);
        return new Preview(
            file, null, said, raw, fileName, file.FirstDay, file.LastDay,
            Sum(file.Figures.Where(line => line.Units > 0)), Sum(file.Figures.Where(line => line.Units < 0)),
            Enum.GetValues<LineFate>().ToDictionary(fate => fate, plan.Count),
            file.Figures.Where((line, i) => plan.FateOf(i) is LineFate.New or LineFate.Doubtful && line.OccurredOn < opening).Count(), opening,
            await OnePage(work, file, plan, rows, opening, ct), rows.Count,
            [.. OwnAccount.Fitting(accounts, file.AccountNumber)], account?.BankAccountId, refusal,
            account is null ? null : await StandingBefore(work, account, file, file.FirstDay, ct));
    }

    private List<(int LineNo, int Line, LeftOutRow? LeftOut)> Shows(StatementFile file, StagingPlan plan)
    {
        List<(int LineNo, int Line, LeftOutRow? LeftOut)> rows = [];
        if (Only != PreviewOnly.LeftOut)
        {
            rows.AddRange(Enumerable.Range(0, file.Figures.Count).Where(i => Only == PreviewOnly.All || plan.FateOf(i) == (Only switch
            {
                PreviewOnly.New => LineFate.New,
                PreviewOnly.Known => LineFate.Known,
                _ => LineFate.Doubtful,
            })).Select(i => (file.Figures[i].LineNo, i, (LeftOutRow?)null)));
        }

        if (Only is PreviewOnly.LeftOut or PreviewOnly.All && file.LeftOut.Count > 0)
        {
            rows.AddRange(file.LeftOut.Select(row => (row.LineNo, -1, (LeftOutRow?)row)));
            rows.Sort((one, other) => (one.LineNo, one.Line).CompareTo((other.LineNo, other.Line)));
        }

        return rows;
    }

    private async Task<IReadOnlyList<PreviewRow>> OnePage(
        Work work, StatementFile file, StagingPlan plan, List<(int LineNo, int Line, LeftOutRow? LeftOut)> rows, LocalDate opening,
        CancellationToken ct)
    {
        int page = Math.Clamp(Page, 1, Math.Max(1, (rows.Count + Shown - 1) / Shown));
        var shown = rows.Skip((page - 1) * Shown).Take(Shown).ToList();
        long[] doubles = [.. shown.Where(row => row.Line >= 0).Select(row => plan.DoubleOf(row.Line)).OfType<long>()];
        Dictionary<long, DoubleHere> here = await DoublesHere(work, doubles, ct);
        HashSet<int> places = [.. shown.Select(row => row.Line).Where(line => line >= 0)];
        Dictionary<int, StatementLine> lines = file.Lines.Index().Where(line => places.Contains(line.Index)).Take(places.Count)
            .ToDictionary(line => line.Index, line => line.Item);
        return
        [
            .. shown.Select(row => row.Line < 0 ? new PreviewRow(row.LineNo, null, null, row.LeftOut, false, null)
                : new PreviewRow(row.LineNo, lines[row.Line], plan.FateOf(row.Line), null, lines[row.Line].OccurredOn < opening,
                    plan.DoubleOf(row.Line) is { } id ? here.GetValueOrDefault(id) : null)),
        ];
    }

    internal static async Task<Dictionary<long, DoubleHere>> DoublesHere(Work work, long[] lines, CancellationToken ct) =>
        lines.Length == 0 ? [] : await work.Db.Set<BankLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && lines.Contains(line.BankLineId))
            .Join(work.Db.Set<BankFile>(), line => new { line.BookId, line.BankFileId }, file => new { file.BookId, file.BankFileId },
                (line, file) => new DoubleHere(line.BankLineId, line.OccurredOn,
                    line.CounterpartyName + " " + line.Summary + " " + line.Remark, file.FileName))
            .ToDictionaryAsync(line => line.Id, ct);

    private async Task<(BankAccount? Account, Refusal? Refusal)> Account(
        Work work, StatementFile file, CancellationToken ct)
    {
        try
        {
            return (await OwnAccount.Of(work, file, BankAccount, ct), null);
        }
        catch (RefusedException refused)
        {
            return (null, refused.Refusal);
        }
    }

    private static Amount Sum(IEnumerable<LineFigures> lines) => Amount.Fen(lines.Sum(line => line.Units));

    /// <summary>A fact to look at, never a reason to refuse: banks export from any day, and books may lag.</summary>
    private static async Task<StandsBefore?> StandingBefore(Work work, BankAccount account, StatementFile file, LocalDate first,
        CancellationToken ct)
    {
        if (file.Opening is not { } opening)
        {
            return null;
        }

        var last = await work.Db.Set<BankLine>()
            .Where(line => line.BookId == work.Book && line.BankAccountId == account.BankAccountId
                && line.OccurredOn < first && line.BalanceAfter != null)
            .OrderByDescending(line => line.OccurredOn).ThenByDescending(line => line.BalanceAfter == opening.Units)
            .ThenByDescending(line => line.BankLineId)
            .Select(line => line.BalanceAfter).FirstOrDefaultAsync(ct);
        if (last is { } before)
        {
            return new StandsBefore(IsBooks: false, Amount.Fen(before), opening);
        }

        long booked = await (from line in work.Db.Postings
                             join entry in work.Db.Entries on new { line.BookId, line.EntryNo } equals new
                             {
                                 entry.BookId,
                                 entry.EntryNo
                             }
                             where line.BookId == work.Book && line.AccountId == account.AccountId
                                   && (entry.OccurredOn < first || entry.Kind == VoucherKind.Opening)
                             select line.Side == Side.Debit ? line.Units : -line.Units).SumAsync(ct);
        return new StandsBefore(IsBooks: true, Amount.Fen(booked), opening);
    }
}
