using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>An activity as the holder of a card sees it.</summary>
/// <param name="MyRole">What I signed up for; null if I have not.</param>
/// <param name="InAt">When I signed in.</param>
/// <param name="TakesIn">The code signs me in now.</param>
/// <param name="TakesOut">The code signs me out now.</param>
/// <param name="IsPast">It has ended, so nobody signs up by card any more.</param>
public sealed record MyActivity(
    long Id, string Title, string Place, LocalDate Day, Instant StartsAt, Instant EndsAt, ActivityState State, string Reason,
    IReadOnlyList<RoleView> Roles,
    string? MyRole, Instant? InAt, Instant? OutAt, bool TakesIn, bool TakesOut, bool IsPast)
{
    /// <summary>I may sign up.</summary>
    public bool TakesMe => MyRole is null && Runs && !IsPast && Roles.Any(role => role.Taken < role.Seats);

    /// <summary>I may still say that I do not come.</summary>
    public bool LetsMeGo => MyRole is not null && InAt is null && Runs && !IsPast;

    private bool Runs => State is ActivityState.Planned or ActivityState.Open;
}

/// <summary>An open record of an activity that was done for the holder, who confirms it.</summary>
public sealed record ToConfirm(long Activity, string Title, LocalDate Day, long Record, string Name, string Role,
    EvidenceGrade Grade, Reckoning Reckoning);

/// <summary>What is on for the holder: from today on, and what was signed up for in the last days.</summary>
public sealed record MyActivitiesView(IReadOnlyList<MyActivity> Rows, IReadOnlyList<ToConfirm> ToConfirm, LocalDate Today);

/// <summary>Activities that the holder may sign up for or has signed up for, and what waits for the holder as second party.</summary>
public sealed record MyActivities(MemberPass Pass) : Query<MyActivitiesView>
{
    private const int DaysBack = 7, Most = 100;

    internal override Need Needs => Need.Anybody;

    internal override async Task<MyActivitiesView> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        LocalDate from = there.Today.PlusDays(-DaysBack), today = there.Today, yesterday = today.PlusDays(-1);
        List<Activity> activities = await there.Db.Set<Activity>().AsNoTracking().Where(row => row.BookId == there.Book && row.FundId == me.FundId
            && (row.Day >= today || row.Day >= yesterday && row.EndsAt > there.Now
                || row.Day >= from && there.Db.Set<ActivitySignUp>().Any(up => up.BookId == row.BookId && up.ActivityId == row.ActivityId
                    && up.PersonId == me.PersonId && up.WithdrawnAt == null)))
            .OrderBy(row => row.StartsAt).Take(Most).ToListAsync(ct);
        long[] ids = [.. activities.Select(row => row.ActivityId)];
        Dictionary<long, string> mine = await there.Db.Set<ActivitySignUp>().Where(row => row.BookId == there.Book && row.PersonId == me.PersonId
            && row.WithdrawnAt == null && ids.Contains(row.ActivityId)).ToDictionaryAsync(row => row.ActivityId, row => row.Role, ct);
        Dictionary<long, Attendance> at = await there.Db.Set<Attendance>().AsNoTracking().Where(row => row.BookId == there.Book
            && row.PersonId == me.PersonId && row.ReplacedAt == null && ids.Contains(row.ActivityId)).ToDictionaryAsync(row => row.ActivityId, ct);
        ILookup<long, RoleView> roles = (await there.Db.Set<ActivityRole>().AsNoTracking().Where(row => row.BookId == there.Book
                && ids.Contains(row.ActivityId)).OrderBy(row => row.Role).Select(row => new
                {
                    row.ActivityId,
                    row.Role,
                    row.Seats,
                    Taken = there.Db.Set<ActivitySignUp>().Count(up => up.BookId == row.BookId && up.ActivityId == row.ActivityId
                        && up.Role == row.Role
                        && up.WithdrawnAt == null),
                }).ToListAsync(ct)).ToLookup(row => row.ActivityId, row => new RoleView(row.Role, row.Seats, row.Taken));
        return new MyActivitiesView(
            [.. activities.Where(row => row.State != ActivityState.Cancelled || mine.ContainsKey(row.ActivityId)).Select(row => View(there.Now, row,
                [.. roles[row.ActivityId]], mine.GetValueOrDefault(row.ActivityId), at.GetValueOrDefault(row.ActivityId)))],
            await Waiting(there, me, ct), today);
    }

    private static MyActivity View(Instant now, Activity row, IReadOnlyList<RoleView> roles, string? role, Attendance? at) => new(
        row.ActivityId, row.Title, row.Place, row.Day, row.StartsAt, row.EndsAt, row.State, row.Reason, roles, role, at?.InAt, at?.OutAt,
        !row.IsOver && role is not null && at is null && now >= row.StartsAt - SignInAtVenue.Early && now <= row.EndsAt,
        !row.IsOver && at is { OutAt: null } && now <= row.EndsAt + SignInAtVenue.Late, now > row.EndsAt);

    private static async Task<IReadOnlyList<ToConfirm>> Waiting(Work there, Member me, CancellationToken ct)
    {
        HashSet<long> close = await Confirmation.CloseTo(there, me.PersonId, ct);
        var rows = await (
            from record in there.Db.Set<ServiceRecord>().AsNoTracking()
            join activity in there.Db.Set<Activity>() on new { record.BookId, Id = record.ActivityId }
                equals new { activity.BookId, Id = (long?)activity.ActivityId }
            where record.BookId == there.Book && activity.ConfirmerId == me.PersonId && record.State == RecordState.Open
            orderby activity.Day, record.ServiceRecordId
            select new { Record = record, activity.Title, activity.Day }).Take(200).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(there, rows.Select(row => (long?)row.Record.PersonId), ct);
        return
        [
            .. rows.Where(row => !close.Contains(row.Record.PersonId)).Select(row => new ToConfirm(
                row.Record.ActivityId!.Value, row.Title, row.Day, row.Record.ServiceRecordId, names[row.Record.PersonId],
                row.Record.Role, row.Record.Grade,
                Reckoning.Of(row.Record))),
        ];
    }
}
