using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>What one figure of a statement is made of: accounts and funds, and the lines themselves, down to the voucher.</summary>
/// <param name="Row">Key of the row as the view has it.</param>
/// <param name="Account">Narrows the lines down to an account.</param>
/// <param name="OfFund">Narrows the lines down to a fund's code.</param>
/// <param name="Page">Of the lines, from 1.</param>
public sealed record StatementFigure(Statement Of, string Row, string Column, string? Account = null, string? OfFund = null, int Page = 1)
    : Query<FigureView>
{
    private const int Size = 100;

    internal override Need Needs => Of.Needs;

    internal override async Task<FigureView> Answer(Work work, CancellationToken ct)
    {
        StatementSet set = await StatementSet.Of(work, Of, ct, byFund: true);
        StatementLayout form = set.Layout(Of.Form);
        string[] key = Row.Split('/', 2);
        FormRow row = form.Rows.FirstOrDefault(each => each.Key == key[0]) ?? throw Unknown(form, Row);
        FormColumn column = form.Columns.FirstOrDefault(each => each.Key == Column) ?? throw Unknown(form, Column);
        LineFilter only = row.Each is { } of && key.Length == 2 ? LineFilter.Only(StatementSet.DimensionOf(of), key[1]) : LineFilter.Everything;
        FigurePart[] parts = [.. set.Reckoning.Parts(form, row, column, only).Where(part => part.Units != 0)];
        Dictionary<int, StatementFund> funds = set.Scope.Head.Funds.Included.ToDictionary(fund => fund.FundId);
        FigureShare[] shares =
        [
            .. from part in parts
               group part by (part.Cell.Account, part.Cell.FundId) into same
               let units = same.Aggregate(0L, (sum, part) => checked(sum + part.Units))
               orderby set.Chart.NameOf(same.Key.Account).Code, funds[same.Key.FundId].Code
               select new FigureShare(same.Key.Account, set.Chart.NameOf(same.Key.Account), funds[same.Key.FundId], Amount.Fen(units)),
        ];
        FigurePart[] shown = [.. parts.Where(part =>
            (string.IsNullOrEmpty(Account) || part.Cell.Account == Account) && (string.IsNullOrEmpty(OfFund) || funds[part.Cell.FundId].Code == OfFund))];
        List<Line> lines = shown.Length == 0 ? [] : await Lines(set, shown, ct);
        FormView view = set.Draw(form);
        Bilingual name = view.Rows.FirstOrDefault(each => each.Key == Row)?.Name ?? row.Name;
        FormViewColumn drawn = view.Columns.FirstOrDefault(each => each.Key == Column) ?? throw Unknown(form, Column);
        return new FigureView(
            view, name, drawn, Amount.Fen(parts.Aggregate(0L, (sum, part) => checked(sum + part.Units))), shares,
            [.. lines.Take(Size).Select(line => new FigureLine(
                line.VoucherId, LocalDate.FromDateOnly(line.Day), line.Series, line.Number, line.Words ?? "", set.Chart.NameOf(set.Chart.ById(line.AccountId).Key),
                funds[line.FundId], Codes.SideOf(line.Side), Amount.Fen(line.Units), Amount.Fen(line.Effect)))],
            Math.Max(1, Page), lines.Count > Size);
    }

    private static RefusedException Unknown(StatementLayout form, string part) =>
        new(Statement.UnknownPart, ("statement", form.Title), ("part", part));

    private Task<List<Line>> Lines(StatementSet set, FigurePart[] parts, CancellationToken ct)
    {
        LedgerScope scope = set.Scope;
        LedgerRange range = scope.Range;
        bool byProject = set.Layout(Of.Form).ReadsLines;
        int[] accounts = [.. parts.Select(part => part.Cell.AccountId)], funds = [.. parts.Select(part => part.Cell.FundId)];
        string[] restrictions = [.. parts.Select(part => part.Cell.Restriction)], flows = [.. parts.Select(part => part.Cell.CashFlow)];
        string[] movements = [.. parts.Select(part => part.Cell.Movement)], classes = [.. parts.Select(part => part.Cell.ProjectClass)];
        long[] projects = [.. parts.Select(part => part.Cell.ProjectId)];
        string[] sides = [.. parts.Select(part => part.Takes is { } side ? Codes.Of(side) : "")];
        int[] signs = [.. parts.Select(part => part.Sign)];
        int[] lows = [.. parts.Select(part => Periods(part.Measure, range).Low)], highs = [.. parts.Select(part => Periods(part.Measure, range).High)];
        int skip = Size * (Math.Max(1, Page) - 1);
        return scope.Work.Db.Database.SqlQuery<Line>(
            $"""
            select j.voucher_id as "VoucherId", p.occurred_on as "Day", j.series as "Series", j.number as "Number", t.text as "Words",
                   p.account_id as "AccountId", p.fund_id as "FundId", p.side as "Side", p.units as "Units",
                   (k.sign * signed(p.side, p.units))::bigint as "Effect"
              from unnest({accounts}, {funds}, {restrictions}, {flows}, {movements}, {classes}, {projects}, {sides}, {signs}, {lows}, {highs})
                     k (account_id, fund_id, restriction, cash_flow, movement, project_class, project_id, side, sign, low, high)
              join posting p on p.book_id = {scope.Work.Book} and p.account_id = k.account_id and p.fund_id = k.fund_id
               and p.restriction = k.restriction and p.cash_flow = k.cash_flow and p.movement = k.movement and p.project_class = k.project_class
               and (not {byProject} or coalesce(p.project_id, 0) = k.project_id) and (k.side = '' or p.side = k.side)
               and p.period between k.low and k.high
              join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
              join narrative t on t.book_id = p.book_id and t.narrative_id = p.narrative_id
             where p.commodity = 'CNY' and p.entry_no <= {scope.Known}
               and (p.period < {range.ToPeriod} or p.occurred_on <= {range.ToDay.ToDateOnly()})
             order by p.period desc, p.occurred_on desc, p.entry_no desc, p.line_no
             limit {Size + 1} offset {skip}
            """).ToListAsync(ct);
    }

    private static (int Low, int High) Periods(Measure measure, LedgerRange range)
    {
        int year = range.ToPeriod / 100 * 100;
        return measure switch
        {
            Measure.Opening => (0, year),
            Measure.Before => (0, range.FromPeriod - 1),
            Measure.Closing => (0, range.ToPeriod),
            Measure.Span or Measure.SpanUp or Measure.SpanDown => (range.FromPeriod, range.ToPeriod),
            Measure.LastYear => (year - 99, year - 1),
            _ => (year + 1, range.ToPeriod),
        };
    }

    private sealed record Line(
        long VoucherId, DateOnly Day, string Series, int Number, string? Words, int AccountId, int FundId, string Side, long Units, long Effect);
}

/// <summary>A figure and what it is made of.</summary>
/// <param name="View">The statement it stands in.</param>
/// <param name="Shares">By account and fund; they add up to the figure.</param>
/// <param name="Lines">One page of lines, latest first.</param>
public sealed record FigureView(
    FormView View, Bilingual Row, FormViewColumn Column, Amount Figure, IReadOnlyList<FigureShare> Shares, IReadOnlyList<FigureLine> Lines,
    int Page, bool HasMore);

/// <summary>What one account of one fund gives to a figure.</summary>
public sealed record FigureShare(string AccountKey, AccountCode Account, StatementFund Fund, Amount Amount);

/// <summary>A line that a figure counts.</summary>
/// <param name="Effect">What it gives to the figure, with the sign it is counted with.</param>
public sealed record FigureLine(
    long VoucherId, LocalDate Day, string Series, int Number, string Words, AccountCode Account, StatementFund Fund, Side Side, Amount Amount,
    Amount Effect);
