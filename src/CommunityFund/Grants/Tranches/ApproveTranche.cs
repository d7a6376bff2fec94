using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Tranches;

/// <summary>审批用款: one approver's step; with the last one the payment is waited for.</summary>
/// <param name="Move">The step, as the page offered it.</param>
/// <param name="Note">The steering group's note on a paper (批示), or a remark.</param>
public sealed record ApproveTranche(Guid Key, long Tranche, int Version, TrancheMove Move, string Note = "") : Command<Done>(Key)
{
    /// <summary>The step is none of an approver's.</summary>
    public const string NoApproval = "tranche-request.no-approval";

    private static readonly TrancheMove[] Steps =
        [TrancheMove.Approve, TrancheMove.ApproveL1, TrancheMove.ApproveL2, TrancheMove.ApproveL2BeforeSteer, TrancheMove.ApproveSteer];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Steps.Contains(Move)
        ? TrancheMoves.NeedOf(work, Tranche, Move, ct) : new(Need.Any(Role.ApproverL1, Role.ApproverL2, Role.Steer).Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        if (!Steps.Contains(Move))
        {
            throw new RefusedException(NoApproval, ("move", Term.Of(Move)));
        }

        await TrancheMoves.Make(work, Tranche, Version, Move, Note, ct, async (row, facts) =>
        {
            if (TrancheLife.Table.Rule(row.State, Move).To == TrancheState.Approved)
            {
                await AwaitedPayment.Write(work, row, facts, ct);
            }

            return [];
        });
        return Done.It;
    }
}

/// <summary>不予拨付: an approver declines; what was promised for the tranche is given up.</summary>
public sealed record DeclineTranche(Guid Key, long Tranche, int Version, string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, TrancheMove.Decline, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await TrancheMoves.Make(work, Tranche, Version, TrancheMove.Decline, Reason, ct,
            (row, facts) => GivenUp.Post(work, row, facts, "不予拨付，冲回承诺", ct));
        return Done.It;
    }
}

/// <summary>取消拨付: the second approver cancels what is not to be paid any more.</summary>
public sealed record CancelTranche(Guid Key, long Tranche, int Version, string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, TrancheMove.Cancel, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await TrancheMoves.Make(work, Tranche, Version, TrancheMove.Cancel, Reason, ct,
            (row, facts) => GivenUp.Post(work, row, facts, "取消拨付，冲回承诺", ct));
        return Done.It;
    }
}

/// <summary>What a tranche is not to be paid any more leaves the promises.</summary>
internal static class GivenUp
{
    /// <summary>In the books by the award's two signers, or by the rule where the calendar gives it up (rulings 2).</summary>
    public static async Task<IReadOnlyList<long>> Post(Work work, Tranche row, TrancheFacts facts, string what, CancellationToken ct,
        bool byCalendar = false)
    {
        GrantAward award = (await GrantAward.Open(work, row.GrantId, ct))!;
        return [await MoneyRegister.GiveUp(work, facts.Grant, award, await AwaitedPayment.Promises(work, row, ct), what, ct, byCalendar)];
    }
}
