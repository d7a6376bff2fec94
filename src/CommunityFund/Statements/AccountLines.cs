using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>明细账: the lines of an account and of what stands below it, by day, with the balance after each.</summary>
/// <param name="Account">Key of the account.</param>
/// <param name="Fund">Null for all funds that the person may see.</param>
/// <param name="Page">From 1.</param>
public sealed record AccountLines(
    string Account, int FromPeriod, int ToPeriod, int? Fund = null, bool Below = true, int Page = 1, int PageSize = 100)
        : Query<AccountLinesView>
{
    /// <summary>Not an account of the statutory chart.</summary>
    public const string UnknownAccount = "statement.unknown-account";

    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<AccountLinesView> Answer(Work work, CancellationToken ct)
    {
        StatementRange range = await StatementRange.Of(work, FromPeriod, ToPeriod, ct);
        StatementFunds funds = await StatementFunds.Of(work, Fund, Below, ct);
        IReadOnlyList<StatementAccount> chart = await StatementAccount.On(work, range.LastDay, ct);
        StatementAccount account = chart.FirstOrDefault(each => each.Key == Account)
            ?? throw new RefusedException(UnknownAccount, ("typed", Account));
        int[] accounts = [.. Within(account, chart.ToLookup(each => each.ParentId)).Select(each => each.AccountId)];
        Sums sums = await Summed(work, accounts, range, funds.Ids, ct);
        int page = (int)Math.Clamp(Page, 1, Math.Max(1, (sums.Lines + PageSize - 1) / PageSize));
        List<Row> rows = await Rows(work, accounts, range, funds.Ids, (page - 1L) * PageSize, ct);
        long before = sums.Opening + (rows is [Row first, ..] ? first.Running - first.Effect : 0);
        return new AccountLinesView(
            await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
            account.Key, account.Code, account.NameZh, account.NameEn, range.From, range.To, funds, work.Now,
            await work.Db.Entries.Where(entry => entry.BookId == work.Book).MaxAsync(entry => (long?)entry.EntryNo, ct) ?? 0,
            Amount.Fen(sums.Opening), Amount.Fen(before), Lines(rows, sums.Opening, chart, funds),
            Amount.Fen(sums.Debit), Amount.Fen(sums.Credit), page, PageSize, sums.Lines);
    }

    private static IEnumerable<StatementAccount> Within(StatementAccount account, ILookup<int?, StatementAccount> below) =>
        below[account.AccountId].SelectMany(each => Within(each, below)).Prepend(account);

    private static Task<Sums> Summed(Work work, int[] accounts, StatementRange range, int[] funds, CancellationToken ct) =>
        work.Db.Database.SqlQuery<Sums>(
            $"""
            select coalesce(sum(debit - credit) filter (where period < {range.From}), 0)::bigint as "Opening",
                   coalesce(sum(debit) filter (where period >= {range.From}), 0)::bigint as "Debit",
                   coalesce(sum(credit) filter (where period >= {range.From}), 0)::bigint as "Credit",
                   (select count(*) from posting p
                     where p.book_id = {work.Book} and p.account_id = any ({accounts}) and p.period between {range.From} and {range.To}
                       and p.fund_id = any ({funds}) and p.commodity = 'CNY') as "Lines"
              from balance
             where book_id = {work.Book} and period <= {range.To} and account_id = any ({accounts}) and fund_id = any ({funds})
               and commodity = 'CNY'
            """).SingleAsync(ct);

    /// <summary>
    /// The index on book, account and period finds the lines; the running sum is over all of them, so that it is right
    /// on every page. Counter accounts are looked up for the lines of the page alone.
    /// </summary>
    private Task<List<Row>> Rows(Work work, int[] accounts, StatementRange range, int[] funds, long skip, CancellationToken ct) =>
        work.Db.Database.SqlQuery<Row>(
            $"""
            select l.*, coalesce(n.text, '') as "Narrative",
                   coalesce((select array_agg(distinct o.account_id) from posting o
                              where o.book_id = {work.Book} and o.entry_no = l."EntryNo" and o.fund_id = l."FundId" and o.side <> l."Side"),
                            (select array_agg(distinct o.account_id) from posting o
                              where o.book_id = {work.Book} and o.entry_no = l."EntryNo" and o.fund_id = l."FundId" and o.line_no <> l."LineNo"),
                            array[]::integer[]) as "Counters"
              from (select p.entry_no as "EntryNo", p.line_no as "LineNo", p.period as "Period", j.occurred_on as "Day", j.series as "Series",
                           j.number as "Number", j.voucher_id as "VoucherId", p.account_id as "AccountId", p.fund_id as "FundId",
                           p.side as "Side", p.units as "Units", p.narrative_id as "NarrativeId",
                           (sum(case p.side when 'D' then p.units else -p.units end)
                             over (order by p.period, j.occurred_on, p.entry_no, p.line_no))::bigint as "Running"
                      from posting p join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
                     where p.book_id = {work.Book} and p.account_id = any ({accounts}) and p.period between {range.From} and {range.To}
                       and p.fund_id = any ({funds}) and p.commodity = 'CNY'
                     order by p.period, j.occurred_on, p.entry_no, p.line_no offset {skip} limit {PageSize}) l
              join narrative n on n.book_id = {work.Book} and n.narrative_id = l."NarrativeId"
             order by l."Period", l."Day", l."EntryNo", l."LineNo"
            """).ToListAsync(ct);

    private static IReadOnlyList<AccountLine> Lines(
        IEnumerable<Row> rows, long opening, IReadOnlyList<StatementAccount> chart, StatementFunds funds)
    {
        Dictionary<int, AccountCode> accounts = chart.ToDictionary(
            account => account.AccountId, account => new AccountCode(account.Code, account.NameZh, account.NameEn));
        Dictionary<int, StatementFund> named = funds.Included.ToDictionary(fund => fund.FundId);
        return
        [
            .. rows.Select(row => new AccountLine(
                LocalDate.FromDateOnly(row.Day), row.Period, row.Series, row.Number, row.VoucherId, row.Narrative,
                    accounts[row.AccountId],
                named[row.FundId], [.. row.Counters.Select(id => accounts[id])
                    .OrderBy(each => each.Code, StringComparer.Ordinal)],
                Codes.SideOf(row.Side), Amount.Fen(row.Units), Amount.Fen(opening + row.Running))),
        ];
    }

    private sealed record Sums(long Opening, long Debit, long Credit, long Lines);

    private sealed record Row(
        long EntryNo, short LineNo, int Period, DateOnly Day, string Series, int Number, long VoucherId, int AccountId,
            int FundId, string Side,
        long Units, string Narrative, long Running, int[] Counters)
    {
        public long Effect => Side == "D" ? Units : -Units;
    }
}
