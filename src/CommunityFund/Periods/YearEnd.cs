using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>An account at the turn of the year.</summary>
/// <param name="Closing">结转下年: what its lines to 31 December come to, debit positive.</param>
/// <param name="Opening">上年结转: what the next year begins with by the balances kept beside the journal.</param>
/// <param name="Fund">Name of the fund where only one is spoken of; null for all of them.</param>
public sealed record YearEndRow(string Code, string Name, AccountClass Class, string? Fund, Amount Closing, Amount Opening)
{
    public bool Differs => Closing != Opening;
}

/// <summary>How a year goes over into the next: account by account, and every fund of an account in which the two differ.</summary>
/// <param name="IsClosed">December and the adjusting period are closed.</param>
/// <param name="DecemberClosed">December is.</param>
/// <param name="HasNext">The next year is in the calendar.</param>
/// <param name="Left">Income, expense or prior-year adjustment that has not gone into net assets.</param>
public sealed record YearEndView(
    int Year, bool IsClosed, bool DecemberClosed, bool HasNext, IReadOnlyList<YearEndRow> Accounts, IReadOnlyList<YearEndRow> Differences,
    IReadOnlyList<YearEndRow> Left)
{
    public bool IsProved => DecemberClosed && Differences.Count == 0 && Left.Count == 0;
}

/// <summary>Opening equals last closing: the journal to the last day of a year beside the balances that the next year begins with.</summary>
public sealed record YearEnd(int Year) : Query<YearEndView>
{
    private sealed record Row(int AccountId, int FundId, long Closing, long Opening);

    internal override Need Needs => Need.Any(PeriodCalendar.Readers).ForWholeBook();

    internal override async Task<YearEndView> Answer(Work work, CancellationToken ct)
    {
        List<AccountingPeriod> periods = await work.Db.Set<AccountingPeriod>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.Number >= (Year * 100) + 12 && row.Number <= (Year * 100) + 101).ToListAsync(ct);
        AccountingPeriod? december = periods.Find(row => row.Number == (Year * 100) + 12),
            adjusting = periods.Find(row => row.Number == (Year * 100) + 13);
        if (december is null || adjusting is null)
        {
            throw new RefusedException(ConstraintRefusal.PeriodUnknown, ("period", new PeriodNumber((Year * 100) + 12)));
        }

        List<Row> rows = await Rows(work, adjusting.Ends, ct);
        Chart chart = await work.ChartOn(adjusting.Ends, ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        List<YearEndRow> accounts =
        [
            .. rows.GroupBy(row => row.AccountId).Select(group => Shown(chart, group.Key, null, group.Sum(row => row.Closing),
                group.Sum(row => row.Opening))).OrderBy(row => row.Code, StringComparer.Ordinal),
        ];
        return new YearEndView(
            Year, adjusting.ClosedAt is not null, december.ClosedAt is not null, periods.Exists(row => row.Number == (Year * 100) + 101),
            [.. accounts.Where(row => !row.Closing.IsZero || !row.Opening.IsZero)],
            [
                .. rows.Where(row => row.Closing != row.Opening)
                    .Select(row => Shown(chart, row.AccountId, funds.GetValueOrDefault(row.FundId, "?"), row.Closing, row.Opening)),
            ],
            [.. accounts.Where(row => IsToClose(row) && !row.Closing.IsZero)]);

        bool IsToClose(YearEndRow row) => row.Class is AccountClass.Income or AccountClass.Expense
            || chart.Accounts.Any(account => account.Code == row.Code
                && account.Account.Key.Split('.')[0] == Account.Keys.PriorYearAdjustment);
    }

    /// <summary>By the day of the lines, and by the period of the balances: neither is made from the other here.</summary>
    private Task<List<Row>> Rows(Work work, LocalDate last, CancellationToken ct) => work.Db.Database.SqlQuery<Row>(
        $"""
        with closing as (
          select p.account_id, p.fund_id, sum(signed(p.side, p.units))::bigint as units
            from posting p join account a using (book_id, account_id)
           where p.book_id = {work.Book} and p.occurred_on <= {last.ToDateOnly()} and p.commodity = 'CNY' and a.class <> 'memorandum'
           group by 1, 2),
        opening as (
          select b.account_id, b.fund_id, sum(b.debit - b.credit)::bigint as units
            from balance b join account a using (book_id, account_id)
           where b.book_id = {work.Book} and b.period <= {(Year * 100) + 13} and b.commodity = 'CNY' and a.class <> 'memorandum'
           group by 1, 2)
        select account_id as "AccountId", fund_id as "FundId", coalesce(c.units, 0) as "Closing", coalesce(o.units, 0) as "Opening"
          from closing c full join opening o using (account_id, fund_id)
        """).ToListAsync(ct);

    private static YearEndRow Shown(Chart chart, int id, string? fund, long closing, long opening)
    {
        ChartAccount account = chart.ById(id);
        return new YearEndRow(
            account.Code, chart.PathOf(account), account.Account.Class, fund, Amount.Fen(closing), Amount.Fen(opening));
    }
}
