using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>What one combination of account and marks moved, in fen: everything that the formulas of a statement can tell apart.</summary>
/// <param name="FundId">0 where funds are not told apart.</param>
internal sealed record CubeCell(
    int AccountId, int FundId, string Restriction, string CashFlow, string Movement, string ProjectClass, long ProjectId,
    long Opening, long Before, long SpanDebit, long SpanCredit, long YearDebit, long YearCredit, long LastYear)
{
    // Fields, so that nothing looks for them among the columns.
    private FormAccount? _account;
    private string _fund = "";

    public string Account => _account!.Key;

    /// <summary>Debits minus credits, or what one side had.</summary>
    /// <param name="side">The account's own side, on which figures count up.</param>
    public long Of(Measure measure, Side side) => (measure, side) switch
    {
        (Measure.SpanUp, Side.Debit) or (Measure.SpanDown, Side.Credit) => SpanDebit,
        (Measure.SpanUp, _) or (Measure.SpanDown, _) => SpanCredit,
        (Measure.YearUp, Side.Debit) or (Measure.YearDown, Side.Credit) => YearDebit,
        (Measure.YearUp, _) or (Measure.YearDown, _) => YearCredit,
        (_, Side.Debit) => Net(measure),
        _ => checked(-Net(measure)),
    };

    public string Of(Dimension dimension) => dimension switch
    {
        Dimension.Restriction => Restriction,
        Dimension.CashFlow => CashFlow,
        Dimension.Movement => Movement,
        Dimension.ProjectClass => ProjectClass,
        Dimension.Agency => _account!.Role is AccountRole.Agency or AccountRole.AgencyCash ? "agency" : "own",
        Dimension.Fund => _fund,
        Dimension.Project => ProjectId == 0 ? "" : FormattableString.Invariant($"{ProjectId}"),
        _ => Account,
    };

    public CubeCell Named(FormAccount account, string fund)
    {
        (_account, _fund) = (account, fund);
        return this;
    }

    private long Net(Measure measure) => checked(measure switch
    {
        Measure.Opening => Opening,
        Measure.Before => Before,
        Measure.Closing => Opening + YearDebit - YearCredit,
        Measure.Span => SpanDebit - SpanCredit,
        Measure.Year => YearDebit - YearCredit,
        _ => LastYear,
    });
}

/// <summary>
/// The cube: kept balances, less what came after the position or lies after the last day, in one question. No statement scans the journal
/// unless it asks for projects, which balances do not keep.
/// </summary>
internal static class Cube
{
    public static async Task<IReadOnlyList<CubeCell>> Of(LedgerScope scope, FormChart chart, bool byFund, bool fromLines, CancellationToken ct)
    {
        List<CubeCell> cells = await (fromLines ? Lines(scope, byFund) : Balances(scope, byFund)).ToListAsync(ct);
        Dictionary<int, string> funds = scope.Head.Funds.Included.ToDictionary(fund => fund.FundId, fund => fund.Code);
        return [.. cells.Select(cell => cell.Named(chart.ById(cell.AccountId), funds.GetValueOrDefault(cell.FundId, "")))];
    }

    private static IQueryable<CubeCell> Balances(LedgerScope scope, bool byFund)
    {
        LedgerRange range = scope.Range;
        int year = range.ToPeriod / 100 * 100, last = year - 100;
        bool isPast = scope.Head.IsPast;
        return scope.Work.Db.Database.SqlQuery<CubeCell>(
            $"""
            select m.account_id as "AccountId", case when {byFund} then m.fund_id else 0 end as "FundId", m.restriction as "Restriction",
                   m.cash_flow as "CashFlow", m.movement as "Movement", m.project_class as "ProjectClass", 0::bigint as "ProjectId",
                   coalesce(sum(m.debit - m.credit) filter (where m.period <= {year}), 0)::bigint as "Opening",
                   coalesce(sum(m.debit - m.credit) filter (where m.period < {range.FromPeriod}), 0)::bigint as "Before",
                   coalesce(sum(m.debit) filter (where m.period >= {range.FromPeriod}), 0)::bigint as "SpanDebit",
                   coalesce(sum(m.credit) filter (where m.period >= {range.FromPeriod}), 0)::bigint as "SpanCredit",
                   coalesce(sum(m.debit) filter (where m.period > {year}), 0)::bigint as "YearDebit",
                   coalesce(sum(m.credit) filter (where m.period > {year}), 0)::bigint as "YearCredit",
                   coalesce(sum(m.debit - m.credit) filter (where m.period > {last} and m.period < {year}), 0)::bigint as "LastYear"
              from (select b.account_id, b.fund_id, b.restriction, b.cash_flow, b.movement, b.project_class, b.period, b.debit, b.credit
                      from balance b
                     where b.book_id = {scope.Work.Book} and b.period <= {range.ToPeriod} and b.commodity = 'CNY' and b.fund_id = any ({scope.Funds})
                    union all
                    select p.account_id, p.fund_id, p.restriction, p.cash_flow, p.movement, p.project_class, p.period,
                           case p.side when 'D' then -p.units else 0 end, case p.side when 'C' then -p.units else 0 end
                      from posting p
                     where {isPast} and p.book_id = {scope.Work.Book} and p.entry_no > {scope.Known} and p.period <= {range.ToPeriod}
                       and p.commodity = 'CNY' and p.fund_id = any ({scope.Funds})
                    union all
                    select p.account_id, p.fund_id, p.restriction, p.cash_flow, p.movement, p.project_class, p.period,
                           case p.side when 'D' then -p.units else 0 end, case p.side when 'C' then -p.units else 0 end
                      from account a
                      join posting p on p.book_id = a.book_id and p.account_id = a.account_id
                     where {range.CutsLast} and a.book_id = {scope.Work.Book} and p.period = {range.ToPeriod}
                       and p.occurred_on > {range.ToDay.ToDateOnly()} and p.entry_no <= {scope.Known}
                       and p.commodity = 'CNY' and p.fund_id = any ({scope.Funds})) m
             group by 1, 2, 3, 4, 5, 6
            """);
    }

    /// <summary>The same of income and expenses line by line, for balances do not know projects.</summary>
    private static IQueryable<CubeCell> Lines(LedgerScope scope, bool byFund)
    {
        LedgerRange range = scope.Range;
        int year = range.ToPeriod / 100 * 100, last = year - 100;
        return scope.Work.Db.Database.SqlQuery<CubeCell>(
            $"""
            select p.account_id as "AccountId", case when {byFund} then p.fund_id else 0 end as "FundId", p.restriction as "Restriction",
                   p.cash_flow as "CashFlow", p.movement as "Movement", p.project_class as "ProjectClass",
                   coalesce(p.project_id, 0) as "ProjectId",
                   coalesce(sum(signed(p.side, p.units)) filter (where p.period <= {year}), 0)::bigint as "Opening",
                   coalesce(sum(signed(p.side, p.units)) filter (where p.period < {range.FromPeriod}), 0)::bigint as "Before",
                   coalesce(sum(p.units) filter (where p.side = 'D' and p.period >= {range.FromPeriod}), 0)::bigint as "SpanDebit",
                   coalesce(sum(p.units) filter (where p.side = 'C' and p.period >= {range.FromPeriod}), 0)::bigint as "SpanCredit",
                   coalesce(sum(p.units) filter (where p.side = 'D' and p.period > {year}), 0)::bigint as "YearDebit",
                   coalesce(sum(p.units) filter (where p.side = 'C' and p.period > {year}), 0)::bigint as "YearCredit",
                   coalesce(sum(signed(p.side, p.units)) filter (where p.period > {last} and p.period < {year}), 0)::bigint as "LastYear"
              from account a
              join posting p on p.book_id = a.book_id and p.account_id = a.account_id
             where a.book_id = {scope.Work.Book} and a.class in ('income', 'expense') and p.commodity = 'CNY'
               and p.fund_id = any ({scope.Funds}) and p.entry_no <= {scope.Known}
               and (p.period < {range.ToPeriod} or p.period = {range.ToPeriod} and p.occurred_on <= {range.ToDay.ToDateOnly()})
             group by 1, 2, 3, 4, 5, 6, 7
            """);
    }
}
