using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>
/// Where the money of each fund came from and what it was used for, with what was there before and what is left: both sides of a fund are
/// equal, and what is left is what its lots have left.
/// </summary>
/// <param name="From">Null for the day the books were opened.</param>
/// <param name="To">Null for today.</param>
/// <param name="Known">Position of the last entry that counts; null for all there are.</param>
public sealed record MoneyFlow(LocalDate? From = null, LocalDate? To = null, int? Fund = null, bool Below = true, long? Known = null)
    : Query<MoneyFlowView>
{
    private static readonly MoneyEnd Before = new(MoneyEndKind.Carried), Between = new(MoneyEndKind.Transferred),
        Change = new(MoneyEndKind.Changed), Rest = new(MoneyEndKind.Left);

    internal override Need Needs => MoneyScope.NeedOf(MoneyScope.Readers, Fund);

    internal override async Task<MoneyFlowView> Answer(Work work, CancellationToken ct)
    {
        MoneyScope scope = await MoneyScope.Of(work, MoneyScope.Readers, From, To, Fund, Below, Known, ct);
        MoneyCell[] cells = [.. (await MoneyCube.Of(scope, byMonth: false, ct)).Where(cell => !cell.IsCash)];
        Dictionary<(int Fund, MoneyEnd End), long> sums = [];
        foreach (MoneyCell cell in cells)
        {
            if (EndOf(cell) is { } end)
            {
                Add(cell.FundId, end, end.IsIn ? cell.Units : -cell.Units);
            }

            Add(cell.FundId, Rest, cell.Units);
        }

        foreach (var (fund, _, source, units) in await MoneyCube.Sources(scope, ct))
        {
            Add(fund, source, units);
        }

        MoneyEnd[] ends = [.. sums.Where(sum => sum.Value != 0).Select(sum => sum.Key.End).Distinct()
            .OrderBy(end => end.Kind).ThenBy(end => end.ProjectClass.Length == 0).ThenBy(end => OrderOf(end.ProjectClass))];
        MoneyEnd[] ins = [.. ends.Where(end => end.IsIn)], outs = [.. ends.Where(end => !end.IsIn)];
        return new MoneyFlowView(scope.Head, ins, outs,
        [
            .. scope.Funds.Where(fund => ends.Any(end => Of(fund, end) != 0)).Select(fund => new FundFlow(
                fund.FundId, fund.Code, fund.Name, [.. ins.Select(end => Amount.Fen(Of(fund, end)))],
                [.. outs.Select(end => Amount.Fen(Of(fund, end)))])),
        ]);

        void Add(int fund, MoneyEnd end, long units) => sums[(fund, end)] = checked(sums.GetValueOrDefault((fund, end)) + units);

        long Of(Fund fund, MoneyEnd end) => sums.GetValueOrDefault((fund.FundId, end));
    }

    /// <summary>Null for income, which is told apart by whom it came from, and for what closing moved.</summary>
    private static MoneyEnd? EndOf(MoneyCell cell) => cell switch
    {
        { IsBefore: true } => Before,
        { IsTransfer: true } => Between,
        { IsChange: true } => Change,
        { IsExpense: true } => cell.Use,
        _ => null,
    };

    private static int OrderOf(string key) => ProjectClass.All.Select(each => each.Key).ToList().IndexOf(key);
}

/// <summary>One fund of the flow.</summary>
/// <param name="In">What came, by the ends of the view.</param>
/// <param name="Out">What became of it.</param>
public sealed record FundFlow(int FundId, string Code, string Name, IReadOnlyList<Amount> In, IReadOnlyList<Amount> Out)
{
    public Amount Came => In.Aggregate(Amount.Fen(0), (sum, amount) => sum + amount);

    public Amount Went => Out.Aggregate(Amount.Fen(0), (sum, amount) => sum + amount);
}

/// <summary>From ends through funds to ends.</summary>
public sealed record MoneyFlowView(MoneyHead Head, IReadOnlyList<MoneyEnd> Ins, IReadOnlyList<MoneyEnd> Outs, IReadOnlyList<FundFlow> Funds)
{
    /// <summary>What all funds of the view have of one end.</summary>
    public Amount Of(MoneyEndKind kind) => Funds.SelectMany(fund => Ins.Zip(fund.In).Concat(Outs.Zip(fund.Out)))
        .Where(pair => pair.First.Kind == kind).Aggregate(Amount.Fen(0), (sum, pair) => sum + pair.Second);
}
