using CommunityFund.Books;

namespace CommunityFund.Grants.Tranches;

/// <summary>退回用款申请: the desk sends a request back with a reason; it may be asked for anew.</summary>
public sealed record ReturnTrancheRequest(Guid Key, long Tranche, int Version, string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, TrancheMove.ReturnRequest, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await TrancheMoves.Make(work, Tranche, Version, TrancheMove.ReturnRequest, Reason, ct, NoLongerAsked);
        return Done.It;
    }

    internal static Task<IReadOnlyList<long>> NoLongerAsked(Tranche row, TrancheFacts facts)
    {
        (row.Asked, row.Tier) = (0, null);
        return Task.FromResult<IReadOnlyList<long>>([]);
    }
}

/// <summary>撤回用款申请: whoever leads the project takes it back before the desk has checked it.</summary>
public sealed record WithdrawTrancheRequest(Guid Key, long Tranche, int Version) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, TrancheMove.WithdrawRequest, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await TrancheMoves.Make(work, Tranche, Version, TrancheMove.WithdrawRequest, null, ct, ReturnTrancheRequest.NoLongerAsked);
        return Done.It;
    }
}
