using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>An activity is changed before anybody has signed in; seats are never fewer than those taken.</summary>
public sealed record ChangeActivity(Guid Key, long Activity, ActivityTerms Terms) : Command<Done>(Key)
{
    /// <summary>Somebody has signed in, so what it is stays.</summary>
    public const string HasBegun = "activity.has-begun";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Activities.Activity.Hands(work, Activity, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Activity activity = await Activities.Activity.Running(work, Activity, ct);
        if (activity.State != ActivityState.Planned)
        {
            throw new RefusedException(HasBegun, ("activity", activity.Title));
        }

        Fund programme = await work.FundById(activity.FundId, ct);
        ((activity.Title, activity.Place), (activity.StartsAt, activity.EndsAt)) = (Terms.Words(), Terms.Span());
        (IReadOnlyList<RoleSeats> roles, activity.CapMinutes) = await Terms.Allowed(work, programme, ct);
        await Terms.RefuseConfirmer(work, programme, ct);
        Tags tags = await Project.Tagged(work, Terms.ProjectClass, Terms.Project, ct);
        (activity.Day, activity.ConfirmerId, activity.ProjectId, activity.ProjectClass) =
            (Terms.Day, Terms.Confirmer, tags.Project, tags.ProjectClass ?? "");
        Dictionary<string, ActivityRole> before = await work.Db.Set<ActivityRole>().Where(row => row.BookId == work.Book
            && row.ActivityId == Activity).ToDictionaryAsync(row => row.Role, ct);

        // A role that is gone keeps its row without seats: somebody may have signed up for it before and withdrawn.
        foreach (ActivityRole gone in before.Values)
        {
            gone.Seats = roles.FirstOrDefault(each => each.Role == gone.Role)?.Seats ?? 0;
        }

        work.Db.AddRange(roles.Where(each => !before.ContainsKey(each.Role)).Select(each => new ActivityRole
        {
            BookId = work.Book,
            ActivityId = Activity,
            Role = each.Role,
            Seats = each.Seats,
        }));
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>An activity does not take place. Nobody has signed in yet.</summary>
public sealed record CancelActivity(Guid Key, long Activity, [property: Personal] string Reason) : Command<Done>(Key)
{
    /// <summary>Nobody says why.</summary>
    public const string ReasonMissing = "activity.reason-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Activities.Activity.Hands(work, Activity, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Activity activity = await Activities.Activity.Running(work, Activity, ct);
        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > 200)
        {
            throw new RefusedException(ReasonMissing, ("limit", 200));
        }

        if (activity.State != ActivityState.Planned)
        {
            throw new RefusedException(ChangeActivity.HasBegun, ("activity", activity.Title));
        }

        (activity.State, activity.EndedBy, activity.EndedAt, activity.Reason) = (ActivityState.Cancelled, work.ActorId, work.Now, reason);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
