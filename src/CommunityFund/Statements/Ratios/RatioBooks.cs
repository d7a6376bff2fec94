using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>The figures of one year out of the books, counted by the formulas of the law's file.</summary>
internal sealed class RatioBooks
{
    private readonly LawRuleFile _law;
    private readonly FormChart _chart;
    private readonly Reckoning _posted;
    private readonly Reckoning _waiting;

    private RatioBooks(LawRuleFile law, LedgerScope scope, FormChart chart, Reckoning posted, Reckoning waiting) =>
        (_law, Scope, _chart, _posted, _waiting) = (law, scope, chart, posted, waiting);

    public LedgerScope Scope { get; }

    /// <param name="day">The last that counts; the last of the year takes the adjusting period along.</param>
    /// <param name="withWaiting">Whether vouchers that wait are counted beside.</param>
    public static async Task<RatioBooks> Of(
        Work work, LawRuleFile law, int year, LocalDate day, long? known, bool withWaiting, CancellationToken ct)
    {
        int first = (year * 100) + 1, last = (year * 100) + 13;
        LedgerDays days = day < new LocalDate(year, 12, 31)
            ? new LedgerDays(first, null, AccountingPeriod.Of(day), day) : LedgerDays.Months(first, last);
        LedgerScope scope = await LedgerScope.Of(work, days, null, below: true, known, ct);
        FormChart chart = await FormChart.On(work, scope.Range.ToDay, ct);
        IReadOnlyList<StatementLayout> forms = [law.Figures, .. await StatementLayouts.Of(work, chart, ct)];
        IReadOnlyList<CubeCell> posted = await Cube.Of(scope, chart, byFund: false, fromLines: false, ct);
        IReadOnlyList<CubeCell> waiting = withWaiting && !scope.Head.IsPast ? await Waiting(scope, chart, first, last, ct) : [];
        return new RatioBooks(law, scope, chart, new Reckoning(forms, posted, chart.Accounts), new Reckoning(forms, waiting, chart.Accounts));
    }

    public Amount Figure(RatioFigure figure) => Amount.Fen(_posted.Figure(_law.Figures, _law.RowOf(figure), Column));

    public RatioSum Sum(RatioFigure figure)
    {
        FormRow row = _law.RowOf(figure);
        var parts = _posted.Parts(_law.Figures, row, Column, LineFilter.Everything).GroupBy(part => part.Cell.Account, StringComparer.Ordinal)
            .Select(same => new RatioAccount(
                same.Key, _chart.NameOf(same.Key), Amount.Fen(same.Aggregate(0L, (sum, part) => checked(sum + part.Units)))))
            .Where(part => !part.Amount.IsZero).OrderBy(part => part.Name.Code, StringComparer.Ordinal);
        return new RatioSum(figure, row.Name, Figure(figure), Amount.Fen(_waiting.Figure(_law.Figures, row, Column)), [.. parts]);
    }

    private FormColumn Column => _law.Figures.Columns[0];

    /// <summary>Lines of the year's vouchers that wait for review, as if they were posted.</summary>
    private static async Task<IReadOnlyList<CubeCell>> Waiting(LedgerScope scope, FormChart chart, int first, int last, CancellationToken ct)
    {
        List<CubeCell> cells = await scope.Work.Db.Database.SqlQuery<CubeCell>(
            $"""
            select l.account_id as "AccountId", 0 as "FundId", l.restriction as "Restriction", l.cash_flow as "CashFlow",
                   l.movement as "Movement", l.project_class as "ProjectClass", 0::bigint as "ProjectId", 0::bigint as "Opening",
                   0::bigint as "Before", 0::bigint as "SpanDebit", 0::bigint as "SpanCredit",
                   coalesce(sum(l.units) filter (where l.side = 'D'), 0)::bigint as "YearDebit",
                   coalesce(sum(l.units) filter (where l.side = 'C'), 0)::bigint as "YearCredit", 0::bigint as "LastYear"
              from voucher v join voucher_line l using (book_id, voucher_id)
             where v.book_id = {scope.Work.Book} and v.state = 'prepared' and v.period between {first} and {last} and l.commodity = 'CNY'
             group by 1, 2, 3, 4, 5, 6
            """).ToListAsync(ct);
        return [.. cells.Select(cell => cell.Named(chart.ById(cell.AccountId), ""))];
    }
}
