using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>科目余额表: opening, turnover of the periods and of the year, and closing of every account of the statutory
/// chart.</summary>
/// <param name="FromPeriod">YYYYMM.</param>
/// <param name="Fund">Null for all funds that the person may see.</param>
/// <param name="Level">1 shows the accounts of the standard, 2 also what stands below them.</param>
/// <param name="ByFund">Whether each account is followed by what each fund has of it.</param>
/// <param name="ShowZero">Whether accounts with nothing in any column are shown too.</param>
/// <param name="Below">Whether the funds below <paramref name="Fund"/> are counted too.</param>
public sealed record TrialBalance(
    int FromPeriod, int ToPeriod, int? Fund = null, int Level = 1, bool ByFund = false, bool ShowZero = false, bool Below = true)
    : Query<TrialBalanceView>
{
    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<TrialBalanceView> Answer(Work work, CancellationToken ct)
    {
        StatementRange range = await StatementRange.Of(work, FromPeriod, ToPeriod, ct);
        StatementFunds funds = await StatementFunds.Of(work, Fund, Below, ct);
        IReadOnlyList<StatementAccount> accounts = await StatementAccount.On(work, range.LastDay, ct);
        Rollup rollup = new(accounts, await Turnovers(work, range, funds.Ids, ct));
        List<TrialBalanceRow> rows = [.. rollup.Roots.SelectMany(root => RowsOf(root, 1, rollup, funds))];
        string standard = (await work.ChartOn(range.LastDay, ct)).Standard;
        return new TrialBalanceView(
            await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
            standard, range.From, range.To, funds, Level, ByFund, ShowZero, work.Now,
            await work.Db.Entries.Where(entry => entry.BookId == work.Book).MaxAsync(entry => (long?)entry.EntryNo, ct) ?? 0,
            rows, TrialFigures.SumOf([.. rows.Where(row => row.IsTop).Select(row => row.Figures)]));
    }

    private static Task<List<Turnover>> Turnovers(Work work, StatementRange range, int[] funds, CancellationToken ct) =>
        work.Db.Database.SqlQuery<Turnover>(
            $"""
            select account_id as "AccountId", fund_id as "FundId",
                   coalesce(sum(debit - credit) filter (where period < {range.From}), 0)::bigint as "Opening",
                   coalesce(sum(debit) filter (where period >= {range.From}), 0)::bigint as "Debit",
                   coalesce(sum(credit) filter (where period >= {range.From}), 0)::bigint as "Credit",
                   coalesce(sum(debit) filter (where period >= {range.YearFrom}), 0)::bigint as "YearDebit",
                   coalesce(sum(credit) filter (where period >= {range.YearFrom}), 0)::bigint as "YearCredit"
              from balance
             where book_id = {work.Book} and period <= {range.To} and commodity = 'CNY' and fund_id = any ({funds})
             group by account_id, fund_id
            """).ToListAsync(ct);

    private IEnumerable<TrialBalanceRow> RowsOf(StatementAccount account, int level, Rollup rollup, StatementFunds funds)
    {
        TrialFigures figures = rollup.Figures(account, null);
        if (!figures.IsNothing || (ShowZero && account.InForce))
        {
            yield return Row(null, figures);
        }

        // Where every line stands further down, the funds are shown there and only there.
        foreach (StatementFund fund in ByFund && (Level == 1 || rollup.HasLines(account)) ? funds.Included : [])
        {
            if (rollup.Figures(account, fund.FundId) is { IsNothing: false } part)
            {
                yield return Row(fund, part);
            }
        }

        foreach (TrialBalanceRow below in Level == 1 ? [] : rollup.Below(account)
            .SelectMany(each => RowsOf(each, level + 1, rollup, funds)))
        {
            yield return below;
        }

        TrialBalanceRow Row(StatementFund? fund, TrialFigures shown) =>
            new(account.Key, account.Code, account.NameZh, account.NameEn, level, fund, shown);
    }

    /// <summary>What one account turned over in one fund, in fen.</summary>
    private sealed record Turnover(int AccountId, int FundId, long Opening, long Debit, long Credit, long YearDebit,
        long YearCredit);

    /// <summary>Sums along the tree of accounts.</summary>
    private sealed class Rollup(IReadOnlyList<StatementAccount> accounts, IEnumerable<Turnover> turnovers)
    {
        private readonly ILookup<int?, StatementAccount> _below = accounts.ToLookup(account => account.ParentId);
        private readonly ILookup<int, Turnover> _own = turnovers.ToLookup(turnover => turnover.AccountId);

        public IEnumerable<StatementAccount> Roots => _below[null];

        public IEnumerable<StatementAccount> Below(StatementAccount account) => _below[account.AccountId];

        public bool HasLines(StatementAccount account) => _own.Contains(account.AccountId);

        public TrialFigures Figures(StatementAccount account, int? fund)
        {
            List<Turnover> all =
                [.. Within(account).SelectMany(each => _own[each.AccountId]).Where(each => fund is null || each.FundId == fund)];
            return TrialFigures.Of(
                all.Sum(each => each.Opening), all.Sum(each => each.Debit), all.Sum(each => each.Credit),
                all.Sum(each => each.YearDebit), all.Sum(each => each.YearCredit));
        }

        private IEnumerable<StatementAccount> Within(StatementAccount account) =>
            Below(account).SelectMany(Within).Prepend(account);
    }
}
