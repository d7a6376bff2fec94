using CommunityFund.Books;

namespace CommunityFund.Grants.Awards;

/// <summary>The panel has reached whoever objected on the public page, and registers it.</summary>
public sealed record TakeUpObjection(Guid Key, long Objection, int Version) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Panel));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantCase grant, GrantObjection objection) = await GrantObjection.Lock(work, Objection, ObjectionState.Queued, ct);
        (objection.State, objection.RegisteredBy, objection.RegisteredAt, objection.DueOn) =
            (ObjectionState.Registered, work.ActorId, work.Now, WorkingDays.After(work.Today, GrantObjection.AnswerDays));
        return await RegisterObjection.TakeUp(work, grant, Version, objection, isNew: false, ct);
    }
}
