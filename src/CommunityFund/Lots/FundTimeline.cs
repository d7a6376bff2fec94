using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>A fund's life: month by month what came, what was spent and what was left, and what was decided about it.</summary>
/// <param name="From">Null for the day the books were opened.</param>
/// <param name="To">Null for today.</param>
/// <param name="Known">Position of the last entry that counts; null for all there are.</param>
public sealed record FundTimeline(int Fund, LocalDate? From = null, LocalDate? To = null, long? Known = null) : Query<FundTimelineView>
{
    internal override Need Needs => MoneyScope.NeedOf(MoneyScope.FundReaders, Fund);

    internal override async Task<FundTimelineView> Answer(Work work, CancellationToken ct)
    {
        MoneyScope scope = await MoneyScope.Of(work, MoneyScope.FundReaders, From, To, Fund, below: false, Known, ct);
        List<MoneyCell> cells = await MoneyCube.Of(scope, byMonth: true, ct);
        ILookup<int, MoneyCell> byMonth = cells.ToLookup(cell => cell.Month);
        long left = Net(byMonth[0]), cash = Cash(byMonth[0]);
        (Amount hadLeft, Amount hadCash) = (Amount.Fen(left), Amount.Fen(cash));
        List<FundMonth> months = [];
        foreach (int month in MoneyMonths.Of(scope, cells.Select(cell => cell.Month)))
        {
            MoneyCell[] moved = [.. byMonth[month]];
            left += Net(moved);
            cash += Cash(moved);
            months.Add(new FundMonth(
                MoneyMonths.Named(month), Sum(moved, cell => cell.IsIncome), Sum(moved, cell => cell.IsExpense, isTaken: true),
                Sum(moved, cell => cell.IsTransfer), Sum(moved, cell => cell.IsChange), Amount.Fen(left), Amount.Fen(cash)));
        }

        Fund fund = scope.Funds[0];
        return new FundTimelineView(
            scope.Head, fund.FundId, fund.Code, fund.Name, hadLeft, hadCash, months, await FundMoment.Of(scope, fund, ct),
            work.Rights.Reaches(MoneyScope.Readers, Fund));
    }

    private static long Net(IEnumerable<MoneyCell> cells) => cells.Where(cell => !cell.IsCash).Sum(cell => cell.Units);

    private static long Cash(IEnumerable<MoneyCell> cells) => cells.Where(cell => cell.IsCash).Sum(cell => cell.Units);

    private static Amount Sum(MoneyCell[] cells, Func<MoneyCell, bool> which, bool isTaken = false) =>
        Amount.Fen(cells.Where(which).Sum(cell => isTaken ? -cell.Units : cell.Units));
}

/// <summary>A month of a fund: what was left before, and came, less spent, with transfers and changes, is what is left.</summary>
/// <param name="Transferred">From other funds, less what went to them.</param>
/// <param name="Changed">Net assets that changed without income or expense.</param>
/// <param name="Left">Net assets on the last day.</param>
public sealed record FundMonth(
    YearMonth Month, Amount Came, Amount Spent, Amount Transferred, Amount Changed, Amount Left, Amount OwnCash);

/// <summary>The life of a fund.</summary>
/// <param name="Moments">The first one first.</param>
/// <param name="MayFollow">Whether the reader may also see the lines.</param>
public sealed record FundTimelineView(
    MoneyHead Head, int FundId, string Code, string Name, Amount LeftBefore, Amount CashBefore, IReadOnlyList<FundMonth> Months,
    IReadOnlyList<FundMoment> Moments, bool MayFollow);
