using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds.Endings;

/// <summary>What came in since, or came back, goes the way the plan says as well.</summary>
public sealed record MoveRest(Guid Key, long Ending) : Command<Done>(Key)
{
    /// <summary>Nothing is left that the plan gives a home to.</summary>
    public const string Nothing = "ending.nothing-to-move";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => await FundEnding.NeedOf(work, Ending,
        withHomes: true, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FundEnding ending = await FundEnding.Lock(work, Ending, ct, EndingState.Agreed);
        return await EndingMoves.Write(work, ending, ct) > 0 ? Done.It : throw new RefusedException(Nothing);
    }
}
