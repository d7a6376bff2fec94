using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Awards;

/// <summary>Whoever wrote on the public page cannot be reached, or wrote about something else: the panel says so, and it stops nothing.</summary>
public sealed record TurnAwayObjection(Guid Key, long Objection, string Answer) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Panel));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        string answer = GrantObjection.ReadAnswer(Answer);
        (GrantCase grant, GrantObjection objection) = await GrantObjection.Lock(work, Objection, ObjectionState.Queued, ct);
        if ((await grant.People(work, ct)).Contains(work.ActorId))
        {
            throw new RefusedException(GrantMoves.Related, ("title", grant.Title));
        }

        (objection.State, objection.Answer, objection.AnsweredBy, objection.AnsweredAt) = (ObjectionState.TurnedAway, answer, work.ActorId,
            work.Now);
        return Done.It;
    }
}
