using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Activities;

/// <summary>An activity as its form was written, to be changed.</summary>
/// <param name="ConfirmerNumber">Number of the second party's card, or empty.</param>
public sealed record WrittenActivity(int Programme, ActivityTerms Terms, string ConfirmerNumber);

/// <summary>What an activity is, for the form that changes it; refused where it does not change any more, as the change would be.</summary>
public sealed record ActivityTermsOf(long Activity) : Query<WrittenActivity>
{
    internal override Need Needs => Need.Any(Programme.Hands);

    internal override async Task<WrittenActivity> Answer(Work work, CancellationToken ct)
    {
        Activity activity = await work.Db.Set<Activity>().AsNoTracking().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.ActivityId == Activity, ct) is { } found && work.Rights.Reaches(Programme.Hands, found.FundId)
            ? found : throw new RefusedException(Activities.Activity.Unknown);
        if (activity.State != ActivityState.Planned)
        {
            throw activity.IsOver ? new RefusedException(Activities.Activity.Over, ("activity", activity.Title), ("state", activity.State))
                : new RefusedException(ChangeActivity.HasBegun, ("activity", activity.Title));
        }

        RoleSeats[] roles = await work.Db.Set<ActivityRole>().Where(row => row.BookId == work.Book && row.ActivityId == Activity && row.Seats > 0)
            .OrderBy(row => row.Role).Select(row => new RoleSeats(row.Role, row.Seats)).ToArrayAsync(ct);
        string number = activity.ConfirmerId is { } confirmer ? await work.Db.Set<Member>()
            .Where(row => row.BookId == work.Book && row.PersonId == confirmer).Select(row => row.Number).SingleAsync(ct) : "";
        return new WrittenActivity(activity.FundId, new ActivityTerms(
            activity.Title, activity.Place, activity.Day, ClockText.Typed(activity.StartsAt, activity.Day),
            ClockText.Typed(activity.EndsAt, activity.Day),
            roles, activity.CapMinutes, IsInsured: true, activity.ProjectId, activity.ProjectClass, activity.ConfirmerId), number);
    }
}
