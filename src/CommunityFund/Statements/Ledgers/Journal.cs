using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>What the lines of the journal are narrowed down by.</summary>
/// <param name="Text">Anywhere in a line's words, whatever its case.</param>
/// <param name="Least">Of the amount without its sign: red ink counts as large as black.</param>
/// <param name="Series">记 or 转; null for both.</param>
public sealed record JournalFilter(
    string? Account = null, string? Counterparty = null, long? Project = null, string? Text = null, Amount? Least = null,
    Amount? Most = null, string? Series = null, int? Number = null);

/// <summary>序时账: every line of the statutory books in the order in which it was posted; memorandum series stand outside
/// (rulings 3).</summary>
/// <param name="After">Shows the lines after this one; only entry and line count.</param>
/// <param name="Before">Shows the page that ends before this line; wins over <paramref name="After"/>.</param>
public sealed record Journal(
    LedgerDays Days, int? Fund = null, bool Below = true, long? Known = null, JournalFilter? Filter = null,
    LinePlace? After = null, LinePlace? Before = null, int Size = 100) : Query<JournalView>
{
    internal override Need Needs => Need.Any(StatementFunds.Readers);

    private JournalFilter By => Filter ?? new JournalFilter();

    internal override async Task<JournalView> Answer(Work work, CancellationToken ct)
    {
        LedgerScope scope = await LedgerScope.Of(work, Days, Fund, Below, Known, ct);
        StatementAccount? account = string.IsNullOrEmpty(By.Account) ? null : scope.Account(By.Account);
        LedgerTag tag = await LedgerTag.Of(scope, By.Counterparty, By.Project, ct);
        IQueryable<LedgerLine> lines = await Found(scope, scope.Ids(account), tag, ct);
        int size = Math.Clamp(Size, 1, LedgerSheet.MostRows);
        bool back = Before is not null;
        List<LedgerLine> read = await Read(lines, Before ?? After, back, size + 1, ct);
        if (back && read.Count <= size)
        {
            back = false;
            read = await Read(lines, null, back, size + 1, ct); // the first page, then, and a whole one
        }

        if (back)
        {
            read.Reverse();
        }

        LedgerLine[] shown = [.. back ? read.TakeLast(size) : read.Take(size)];
        bool hasBefore = back || (Before is null && After is not null);
        bool hasAfter = back ? Before != LinePlace.End : read.Count > size;
        IReadOnlyList<JournalLine> drawn = await Drawn(scope, shown, ct);
        return new JournalView(scope.Head, account?.Named, tag.Name, By, drawn,
            hasBefore ? drawn.FirstOrDefault()?.Place : null, hasAfter ? drawn.LastOrDefault()?.Place : null);
    }

    private async Task<IQueryable<LedgerLine>> Found(LedgerScope scope, int[] accounts, LedgerTag tag, CancellationToken ct)
    {
        Work work = scope.Work;
        (long first, long last) = await Positions(scope, ct);
        IQueryable<LedgerLine> lines = tag.Among(LedgerLines.InRange(scope, accounts))
            .Where(line => line.EntryNo >= first && line.EntryNo <= last);
        if (By.Number is { } number)
        {
            int[] periods = await Periods(scope, ct);
            lines = lines.Where(line => work.Db.Entries
                .Where(entry => entry.BookId == work.Book && periods.Contains(entry.Period) && entry.Number == number
                    && (By.Series == null ? entry.Series == "记" || entry.Series == "转" : entry.Series == By.Series))
                .Select(entry => entry.EntryNo).Contains(line.EntryNo));
        }
        else if (By.Series is { } series)
        {
            lines = lines.Where(line => line.Series == series);
        }

        if (By.Least is { } least)
        {
            lines = lines.Where(line => Math.Abs(line.Units) >= least.Units);
        }

        if (By.Most is { } most)
        {
            lines = lines.Where(line => Math.Abs(line.Units) <= most.Units);
        }

        string text = (By.Text ?? "").Trim().ToLowerInvariant();
        return text.Length == 0 ? lines : lines.Where(line => work.Db.Set<Narrative>()
            .Any(words => words.BookId == work.Book && words.NarrativeId == line.NarrativeId
                && words.Text!.ToLower().Contains(text)));
    }

    private static Task<List<LedgerLine>> Read(
        IQueryable<LedgerLine> lines, LinePlace? place, bool back, int limit, CancellationToken ct)
    {
        if (place is not null)
        {
            // The first half lets the index begin at the place.
            lines = back
                ? lines.Where(line => line.EntryNo <= place.EntryNo
                    && (line.EntryNo < place.EntryNo || line.LineNo < place.LineNo))
                : lines.Where(line => line.EntryNo >= place.EntryNo
                    && (line.EntryNo > place.EntryNo || line.LineNo > place.LineNo));
        }

        return (back ? lines.OrderByDescending(line => line.EntryNo).ThenByDescending(line => line.LineNo)
                : lines.OrderBy(line => line.EntryNo).ThenBy(line => line.LineNo))
            .Take(limit).ToListAsync(ct);
    }

    private static Task<int[]> Periods(LedgerScope scope, CancellationToken ct) => scope.Work.Db.Set<AccountingPeriod>()
        .Where(period => period.BookId == scope.Work.Book
            && period.Number >= scope.Range.FromPeriod && period.Number <= scope.Range.ToPeriod)
        .Select(period => period.Number).ToArrayAsync(ct);

    /// <summary>Between which entries the periods lie: within a period and a series numbers rise as positions do, so the ends of
    /// each tell. A page of December then does not walk through the whole year.</summary>
    private static async Task<(long First, long Last)> Positions(LedgerScope scope, CancellationToken ct)
    {
        int[] periods = await Periods(scope, ct);
        Span span = await scope.Work.Db.Database.SqlQuery<Span>(
            $"""
            select coalesce(min((select entry_no from journal_entry j where j.book_id = {scope.Work.Book} and j.period = x.period
                                    and j.series = s.series order by j.number limit 1)), 1)::bigint as "First",
                   coalesce(max((select entry_no from journal_entry j where j.book_id = {scope.Work.Book} and j.period = x.period
                                    and j.series = s.series order by j.number desc limit 1)), 0)::bigint as "Last"
              from unnest({periods}) x (period) cross join (values ('记'), ('转')) s (series)
            """).SingleAsync(ct);
        return (span.First, span.Last);
    }

    private static async Task<IReadOnlyList<JournalLine>> Drawn(LedgerScope scope, LedgerLine[] lines, CancellationToken ct)
    {
        Work work = scope.Work;
        long[] ids = [.. lines.Select(line => line.NarrativeId).Distinct()];
        Dictionary<long, string?> texts = await work.Db.Set<Narrative>()
            .Where(row => row.BookId == work.Book && ids.Contains(row.NarrativeId))
            .ToDictionaryAsync(row => row.NarrativeId, row => row.Text, ct);
        Dictionary<int, StatementAccount> accounts = scope.Chart.ToDictionary(each => each.AccountId);
        Dictionary<int, StatementFund> funds = scope.Head.Funds.Included.ToDictionary(fund => fund.FundId);
        return
        [
            .. lines.Select(line => new JournalLine(
                new LinePlace(line.Period, line.OccurredOn, line.EntryNo, line.LineNo), line.Series, line.Number, line.VoucherId,
                texts[line.NarrativeId] ?? "", accounts[line.AccountId].Key, accounts[line.AccountId].Named, funds[line.FundId],
                Amount.Fen(line.Debit), Amount.Fen(line.Credit))),
        ];
    }

    private sealed record Span(long First, long Last);
}

/// <summary>One page of 序时账.</summary>
/// <param name="Before">Where the page before ends; null on the first.</param>
/// <param name="After">Where the next page begins; null on the last.</param>
public sealed record JournalView(
    LedgerHead Head, AccountCode? Account, LedgerTagName? Tag, JournalFilter Filter, IReadOnlyList<JournalLine> Lines,
    LinePlace? Before, LinePlace? After)
{
    public Amount Debit => Lines.Aggregate(Amount.Fen(0), (sum, line) => sum + line.Debit);

    public Amount Credit => Lines.Aggregate(Amount.Fen(0), (sum, line) => sum + line.Credit);
}

/// <summary>A line of the journal; one of the amounts is zero.</summary>
public sealed record JournalLine(
    LinePlace Place, string Series, int Number, long VoucherId, string Narrative, string AccountKey, AccountCode Account,
    StatementFund Fund, Amount Debit, Amount Credit);
