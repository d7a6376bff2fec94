using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Rounds;

/// <summary>Another person opens a round: from its first day on people apply, and nothing of it changes any more.</summary>
public sealed record AgreeRound(Guid Key, long Round) : Command<Done>(Key)
{
    /// <summary>Who drew it up does not open it.</summary>
    public const string OwnRound = "round.own";

    /// <summary>It was opened or dropped already.</summary>
    public const string Decided = "round.decided";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(GrantRoles.Opening).For(await GrantRound.FundsOf(work, Round, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantRound row = await Waiting(work, Round, ct);
        if (row.ProposedBy == work.ActorId)
        {
            throw new RefusedException(OwnRound, ("title", row.Title));
        }

        if (row.ClosesOn < work.Today)
        {
            throw new RefusedException(Applications.RoundNeeds.Over, ("title", row.Title), ("closes", row.ClosesOn));
        }

        await ProposeRound.CheckFunds(work, await GrantRound.FundsOf(work, Round, ct), ct);
        (row.State, row.DecidedBy, row.DecidedAt) = (RegisterState.Agreed, work.ActorId, work.Now);
        return Done.It;
    }

    internal static async Task<GrantRound> Waiting(Work work, long round, CancellationToken ct)
    {
        GrantRound row = await GrantRound.Lock(work, round, ct);
        return row.State == RegisterState.Waiting ? row : throw new RefusedException(Decided, ("title", row.Title), ("state", row.State));
    }
}

/// <summary>A round that waits is not opened, or taken back.</summary>
public sealed record DropRound(Guid Key, long Round) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any([.. GrantRoles.Opening, .. GrantRoles.Calling]).For(await GrantRound.FundsOf(work, Round, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantRound row = await AgreeRound.Waiting(work, Round, ct);
        (row.State, row.DecidedBy, row.DecidedAt) = (RegisterState.Dropped, work.ActorId, work.Now);
        return Done.It;
    }
}
