using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>What closing came to.</summary>
/// <param name="Records">How many records are in the books now.</param>
/// <param name="Minutes">Minutes for those who served.</param>
/// <param name="ToPool">Minutes beyond what they may store.</param>
/// <param name="Dropped">Records that nobody confirmed.</param>
public sealed record ActivityClosed(int Records, long Minutes, long ToPool, long Points, int Dropped);

/// <summary>
/// 结项: the confirmed hours and their points go into the books in one call, by the rule that two people approved; what nobody confirmed gives no
/// hours. Sheets that came later and were confirmed are booked by closing once more.
/// </summary>
/// <param name="BookedOn">The open day it is booked on, if the activity's month is closed.</param>
public sealed record CloseActivity(Guid Key, long Activity, LocalDate? BookedOn = null) : Command<ActivityClosed>(Key)
{
    /// <summary>The activity has not ended.</summary>
    public const string TooEarly = "activity.not-ended";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Activities.Activity.Hands(work, Activity, ct);

    internal override async Task<ActivityClosed> Apply(Work work, CancellationToken ct)
    {
        Activity activity = await Activities.Activity.Locked(work, Activity, ct);
        bool isAgain = activity.State == ActivityState.Closed;
        if (activity.State == ActivityState.Cancelled || isAgain && !await Confirmed(work, Activity).AnyAsync(ct))
        {
            throw new RefusedException(Activities.Activity.Over, ("activity", activity.Title), ("state", activity.State));
        }

        if (work.Now < activity.EndsAt)
        {
            throw new RefusedException(TooEarly, ("activity", activity.Title), ("ends", activity.EndsAt));
        }

        int dropped = await work.Db.Database.ExecuteSqlAsync(
            $"update service_record set state = 'dropped' where book_id = {work.Book} and activity_id = {Activity} and state = 'open'", ct);
        if (!isAgain)
        {
            (activity.State, activity.EndedBy, activity.EndedAt) = (ActivityState.Closed, work.ActorId, work.Now);
            await work.Db.SaveChangesAsync(ct);
        }

        List<ServiceRecord> records = await Confirmed(work, Activity).OrderBy(row => row.PersonId).ToListAsync(ct);
        LocalDate day = await work.BookedDay(activity.Day, BookedOn, ct);
        return await new HoursBooking(work, await work.FundById(activity.FundId, ct), day).Post(records, "志愿服务时间", ct) with { Dropped = dropped };
    }

    private static IQueryable<ServiceRecord> Confirmed(Work work, long activity) => work.Db.Set<ServiceRecord>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.ActivityId == activity && row.State == RecordState.Confirmed);
}
