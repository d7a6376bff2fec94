using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>The holder of a card signs in with the code shown at the place, having signed up before.</summary>
public sealed record SignInAtVenue(Guid Key, MemberPass Pass, long Activity, [property: Secret] string Code) : Command<Done>(Key)
{
    /// <summary>The code is taken from an hour before the beginning until the end.</summary>
    public const string NotNow = "attendance.not-now";

    /// <summary>The person has signed in already.</summary>
    public const string Already = "attendance.already";

    internal static readonly Duration Early = Duration.FromHours(1), Late = Duration.FromHours(2);

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        Activity activity = await AtPlace(there, me, Activity, ct);
        ActivitySignUp signed = await there.Db.Set<ActivitySignUp>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == there.Book
            && row.ActivityId == Activity && row.PersonId == me.PersonId && row.WithdrawnAt == null, ct)
            ?? throw new RefusedException(WithdrawMember.NotSignedUp, ("activity", activity.Title));
        if (work.Now < activity.StartsAt - Early || work.Now > activity.EndsAt)
        {
            throw new RefusedException(NotNow, ("from", activity.StartsAt - Early), ("until", activity.EndsAt));
        }

        if (await Current(there, Activity, me.PersonId, ct) is not null)
        {
            throw new RefusedException(Already, ("activity", activity.Title));
        }

        await RotatingCode.Require(there, activity, Code, ct);
        await new SignedTimes(there, activity).Begin(ct);
        there.Db.Add(new Attendance
        {
            BookId = there.Book,
            ActivityId = Activity,
            PersonId = me.PersonId,
            Role = signed.Role,
            InAt = Second(work.Now),
            InHow = SignedHow.Code,
            InBy = me.PersonId,
        });
        await there.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    /// <summary>The activity of the holder's own programme, not over; the holder waits for the own other forms.</summary>
    internal static async Task<Activity> AtPlace(Work there, Member me, long id, CancellationToken ct)
    {
        await there.Db.Database.ExecuteSqlAsync(
            $"select 1 from activity where book_id = {there.Book} and activity_id = {id} for key share", ct);
        await there.Db.Database.ExecuteSqlAsync(
            $"select 1 from member where book_id = {there.Book} and person_id = {me.PersonId} for no key update", ct);
        Activity activity = await there.Db.Set<Activity>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == there.Book
            && row.ActivityId == id && row.FundId == me.FundId, ct) ?? throw new RefusedException(Activities.Activity.Unknown);
        return activity.IsOver ? throw new RefusedException(Activities.Activity.Over, ("activity", activity.Title), ("state", activity.State))
            : activity;
    }

    internal static Task<Attendance?> Current(Work there, long activity, long person, CancellationToken ct) => there.Db.Set<Attendance>()
        .SingleOrDefaultAsync(row => row.BookId == there.Book && row.ActivityId == activity && row.PersonId == person && row.ReplacedAt == null, ct);

    // Minutes are counted in the database too, which keeps no parts of a microsecond.
    internal static Instant Second(Instant at) => Instant.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
}

/// <summary>The holder of a card signs out with the code shown at the place; the minutes are reckoned at once.</summary>
public sealed record SignOutAtVenue(Guid Key, MemberPass Pass, long Activity, [property: Secret] string Code) : Command<Done>(Key)
{
    /// <summary>The person has not signed in, or has signed out.</summary>
    public const string NotThere = "attendance.not-there";

    /// <summary>The person has signed in just now: the code was typed twice, and nobody has left.</summary>
    public const string TooSoon = "attendance.too-soon";

    internal static readonly Duration Soonest = Duration.FromMinutes(5);

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        Activity activity = await SignInAtVenue.AtPlace(there, me, Activity, ct);
        Attendance mine = await SignInAtVenue.Current(there, Activity, me.PersonId, ct) is { OutAt: null } open
            ? open : throw new RefusedException(NotThere, ("activity", activity.Title));
        if (work.Now > activity.EndsAt + SignInAtVenue.Late)
        {
            throw new RefusedException(SignInAtVenue.NotNow, ("from", activity.StartsAt - SignInAtVenue.Early),
                ("until", activity.EndsAt + SignInAtVenue.Late));
        }

        await RotatingCode.Require(there, activity, Code, ct);
        Instant now = SignInAtVenue.Second(work.Now);
        if (now >= mine.InAt && now < mine.InAt + Soonest)
        {
            throw new RefusedException(TooSoon, ("in", mine.InAt));
        }

        SignedTimes.Require(mine.InAt, now);
        (mine.OutAt, mine.OutHow, mine.OutBy) = (now, SignedHow.Code, me.PersonId);
        await there.Db.SaveChangesAsync(ct);
        await new SignedTimes(there, activity).Record([mine], ct);
        return Done.It;
    }
}

/// <summary>A wrong code was typed: written down by itself, since what is refused leaves nothing behind.</summary>
public sealed record NoteVenueTry(Guid Key, MemberPass Pass, long Activity) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        if (await work.Db.Set<Activity>().AnyAsync(row => row.BookId == me.BookId && row.ActivityId == Activity && row.FundId == me.FundId, ct))
        {
            work.Db.Add(new VenueTry { BookId = me.BookId, ActivityId = Activity, PersonId = me.PersonId, TriedAt = work.Now });
            await work.Db.SaveChangesAsync(ct);
        }

        return Done.It;
    }
}
