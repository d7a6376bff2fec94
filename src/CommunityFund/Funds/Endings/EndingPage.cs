using CommunityFund.Books;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds.Endings;

/// <summary>Restricted gifts with something left that are under the same clauses.</summary>
public sealed record LeftGroup(IReadOnlyList<long> Lots, IReadOnlyList<string> Clauses, Amount Left);

/// <summary>Where some of the rest goes.</summary>
/// <param name="Left">What of it is still here.</param>
public sealed record HomeView(Restriction Restriction, int ToFund, string To, string Aim, Amount Left);

/// <summary>A plan for the end of a fund.</summary>
public sealed record EndingPlan(
    long Id, EndingRule Rule, string Reason, string Source, bool IsMajor, EndingState State, IReadOnlyList<HomeView> Homes,
    IReadOnlyList<TransferStep> Transfers, Signature Proposed, Signature? Decided, LocalDate? ClosedOn, bool IsOwn);

/// <summary>A transfer of the plan.</summary>
public sealed record TransferStep(long Id, string To, Restriction Restriction, Amount Amount, TransferState State, long? Voucher);

/// <summary>A fund that may receive.</summary>
public sealed record HomeChoice(int FundId, string Code, string Name, Restriction Restriction);

/// <summary>What is left of a fund, and the plan for it.</summary>
/// <param name="Restricted">What is left of all its restricted gifts, those not listed included.</param>
public sealed record EndingView(
    int FundId, string Fund, FundState State, Amount Cash, Amount Unrestricted, Amount Restricted,
        IReadOnlyList<LeftGroup> Groups,
    IReadOnlyList<HomeChoice> Choices, EndingPlan? Plan, bool MayDecide)
{
    /// <summary>Nothing has to find a home.</summary>
    public bool IsEmpty => Unrestricted.IsZero && Restricted.IsZero;
}

/// <summary>The end of a fund.</summary>
public sealed record EndingPage(int Fund) : Query<EndingView>
{
    private const int MostLots = 1000;

    internal override Need Needs => Need.Any(FundNumbers.Readers).For(Fund);

    internal override async Task<EndingView> Answer(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        List<BoundLot> lots = await BoundLot.Unspent(work, Fund, MostLots, ct);
        Rest rest = await work.Db.Database.SqlQuery<Rest>(
            $"select own_cash({work.Book}, {Fund}) as \"Cash\", unrestricted_free({work.Book}, {Fund}) as \"Free\"").SingleAsync(ct);
        bool isAlive = fund is { IsOwn: true, State: not FundState.Closed } && fund.Kind != FundKind.General;
        return new EndingView(
            Fund, fund.Name, fund.State, Amount.Fen(rest.Cash), Amount.Fen(Math.Max(0, rest.Free)),
                Amount.Fen(lots.Sum(lot => lot.Left)),
            [.. lots.GroupBy(lot => (lot.Group, string.Join('\n', lot.Says))).Select(group => new LeftGroup(
                [.. group.Select(lot => lot.Lot)], group.First().Says, Amount.Fen(group.Sum(lot => lot.Left))))],
            [.. (await work.Funds(ct)).Where(row => row.IsOwn && row.State != FundState.Closed && row.FundId != Fund)
                .Select(row => new HomeChoice(row.FundId, row.Code, row.Name, row.DefaultRestriction))],
            await Plan(work, ct), isAlive && work.Rights.Reaches(FundSigners.Deciding, Fund));
    }

    private async Task<EndingPlan?> Plan(Work work, CancellationToken ct)
    {
        FundEnding? row = await work.Db.Set<FundEnding>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.FundId == Fund
            && row.State != EndingState.Dropped).OrderByDescending(row => row.FundEndingId).FirstOrDefaultAsync(ct);
        if (row is null)
        {
            return null;
        }

        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        List<FundEndingHome> homes = await work.Db.Set<FundEndingHome>().AsNoTracking()
            .Where(home => home.BookId == work.Book
                && home.FundEndingId == row.FundEndingId).OrderBy(home => home.HomeNo).ToListAsync(ct);
        List<FundTransfer> transfers = await work.Db.Set<FundTransfer>().AsNoTracking()
            .Where(transfer => transfer.BookId == work.Book && transfer.FundEndingId == row.FundEndingId)
            .OrderBy(transfer => transfer.FundTransferId).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [row.ProposedBy, row.DecidedBy], ct);
        List<HomeView> views = [];
        foreach (FundEndingHome home in homes)
        {
            long left = row.State == EndingState.Closed ? 0 : Math.Max(0, await EndingMoves.Left(work, row, home, ct));
            views.Add(new HomeView(home.Restriction, home.ToFund, funds[home.ToFund], home.Aim, Amount.Fen(left)));
        }

        return new EndingPlan(
            row.FundEndingId, row.Rule, row.Reason, row.Source, row.IsMajor, row.State, views,
            [.. transfers.Select(transfer => new TransferStep(transfer.FundTransferId, funds[transfer.ToFund],
                transfer.Restriction,
                Amount.Fen(transfer.Units), transfer.State, transfer.VoucherId))],
            new Signature(names[row.ProposedBy], row.ProposedAt),
            row.DecidedBy is { } by ? new Signature(names[by], row.DecidedAt!.Value) : null, row.ClosedOn,
                row.ProposedBy == work.Actor);
    }

    private sealed record Rest(long Cash, long Free);
}
