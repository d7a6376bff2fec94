using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Tranches;

/// <summary>暂缓拨付, with the reason and what would end it; looked at again after thirty days. The panel's only the panel lifts.</summary>
/// <param name="Cure">What has to be done so that it is lifted.</param>
public sealed record HoldTranche(Guid Key, long Tranche, int Version, string Reason, string Cure, bool ByPanel = false) : Command<Done>(Key)
{
    /// <summary>The reason, or what would end it, is missing or too long.</summary>
    public const string CureMissing = "tranche-hold.cure-missing";

    /// <summary>Between the reason and the cure, as they are kept.</summary>
    internal const string Between = " → ";

    private const int Most = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, Move, ct);

    private TrancheMove Move => ByPanel ? TrancheMove.HoldByPanel : TrancheMove.Hold;

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (string reason, string cure) = (PlainText.Of(Reason ?? ""), PlainText.Of(Cure ?? ""));
        if (reason.Length is 0 or > Most || cure.Length is 0 or > Most)
        {
            throw new RefusedException(CureMissing, ("limit", Most));
        }

        await TrancheMoves.Make(work, Tranche, Version, Move, reason + Between + cure, ct);
        return Done.It;
    }
}

/// <summary>解除暂缓: what it was held for is put right; it goes back into the plan, and opens if its day has come.</summary>
public sealed record ReleaseTranche(Guid Key, long Tranche, int Version, string Reason, bool ByPanel = false) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, Move, ct);

    private TrancheMove Move => ByPanel ? TrancheMove.ReleaseByPanel : TrancheMove.Release;

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Tranche row = await TrancheMoves.Make(work, Tranche, Version, Move, Reason, ct, ReturnTrancheRequest.NoLongerAsked);
        await TrancheMoves.LookAgain(work, row.GrantId, ct);
        return Done.It;
    }
}
