using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>A role with its seats.</summary>
public sealed record RoleView(string Role, int Seats, int Taken);

/// <summary>When somebody signed in and out, how, and who wrote it where it was not the person.</summary>
public sealed record AttendanceView(
    string Role, Instant In, SignedHow InHow, string InBy, Instant? Out, SignedHow? OutHow, string? OutBy, long? Paper, string Reason);

/// <summary>A person's record in the activity.</summary>
/// <param name="OverlapsWith">Another activity of the person at the same time; then nothing is confirmed before one is corrected.</param>
/// <param name="WhyNot">Why the reader does not confirm it; null if it may be confirmed or is not open.</param>
public sealed record RecordView(
    long Id, EvidenceGrade Grade, RecordState State, Reckoning Reckoning, Amount Now, string? ConfirmedBy, Instant? ConfirmedAt, long? HoursEntryNo,
    long? PointsEntryNo, string? OverlapsWith, Refusal? WhyNot, IReadOnlyList<DisputeRow> Disputes, IReadOnlyList<CorrectionRow> Corrections)
{
    /// <summary>Points that stand for it after its corrections.</summary>
    public Amount PointsNow => Agreed.Aggregate(Reckoning.Points, (sum, row) => sum + row.Points);

    /// <summary>What the pool has of it after its corrections.</summary>
    public Amount ToPoolNow => Agreed.Aggregate(Reckoning.ToPool, (sum, row) => sum + row.ToPool);

    private IEnumerable<CorrectionRow> Agreed => Corrections.Where(row => row.State == CorrectionState.Agreed);
}

/// <summary>Everything about one person in an activity.</summary>
/// <param name="SignedUpAt">Null for somebody who only stands on a sheet of paper.</param>
public sealed record ActivityPerson(
    long Person, string Name, MemberKind Kind, string Community, string Role, Instant? SignedUpAt, bool IsWithdrawn,
    AttendanceView? Attendance, RecordView? Record)
{
    /// <summary>Something that a coordinator has to look at: overlap, a cap that cuts, own or close people, no signing out.</summary>
    public bool IsException => Record is { State: RecordState.Open } open
        ? open.WhyNot is not null || open.Reckoning.CutActivity.IsPositive || open.Reckoning.CutDay.IsPositive : Attendance is { Out: null };

    /// <summary>Times may still be written by list: nobody has confirmed them and no sheet of paper says them.</summary>
    public bool TakesTimes => !IsWithdrawn && Attendance is not { InHow: SignedHow.Paper }
        && Record is not { State: RecordState.Confirmed or RecordState.Posted };
}

/// <summary>A wrong code typed at the place.</summary>
public sealed record VenueTryView(long Person, string Name, Instant At);

/// <summary>Which people of an activity are shown.</summary>
public enum PeopleShown
{
    /// <summary>Everybody.</summary>
    All,

    /// <summary>Those whose records wait to be confirmed.</summary>
    Waiting,

    /// <summary>Those whom a coordinator has to look at.</summary>
    Exceptions,
}

/// <summary>How many there are of each.</summary>
public sealed record ActivityCounts(int SignedUp, int SignedIn, int SignedOut, int Waiting, int Confirmed, int Posted, int Dropped, int Exceptions);

/// <summary>What the reader may do now.</summary>
/// <param name="CannotClose">Why it cannot be closed yet; null if it can, or is over.</param>
public sealed record ActivityMoves(bool Change, bool Cancel, bool SignUp, bool Tick, bool Paper, bool Confirm, bool Close, Refusal? CannotClose);

/// <summary>An activity, whole.</summary>
/// <param name="People">A page of those asked for, by name.</param>
/// <param name="Total">How many those are on all pages.</param>
/// <param name="Confirmable">Every record that the reader may confirm now, on whatever page.</param>
public sealed record ActivityPageView(
    long Id, int Programme, string ProgrammeName, string Title, string Place, long? Project, string? ProjectName, string ProjectClass, LocalDate Day,
    Instant StartsAt, Instant EndsAt, Amount Cap, long? Confirmer, string? ConfirmerName, ActivityState State, string PublishedBy, string? EndedBy,
    Instant? EndedAt, string Reason, int RoundingMinutes, Amount DayCap, int DisputeDays, IReadOnlyList<RoleView> Roles,
    IReadOnlyList<ActivityPerson> People, int Total, int PageSize, ActivityCounts Counts, Amount Credited, Amount Points, Amount ToPool,
    IReadOnlyList<long> Confirmable, IReadOnlyList<VenueTryView> Tries, ActivityMoves Moves);

/// <summary>An activity with everybody in it: seats, signing in and out, records with how they were reckoned, what is open and why not.</summary>
public sealed record ActivityPage(long Activity, PeopleShown Show = PeopleShown.All, int Page = 1) : Query<ActivityPageView>
{
    private const int Shown = 100, TriesShown = 50;

    internal override Need Needs => Need.Any(Programme.Readers);

    internal override async Task<ActivityPageView> Answer(Work work, CancellationToken ct)
    {
        Activity activity = await work.Db.Set<Activity>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.ActivityId == Activity, ct) is { } found && work.Rights.Reaches(Programme.Readers, found.FundId)
            ? found : throw new RefusedException(Activities.Activity.Unknown);
        Fund programme = await work.FundById(activity.FundId, ct);
        ProgrammeRule? rule = await ProgrammeRule.InForce(work, activity.FundId, activity.Day).FirstOrDefaultAsync(ct);
        ActivityPeople people = await ActivityPeople.Of(work, activity, ct);
        List<ActivityPerson> asked =
        [
            .. people.All.Where(row => Show == PeopleShown.All || Show == PeopleShown.Exceptions && row.IsException
                || Show == PeopleShown.Waiting && row.Record is { State: RecordState.Open }),
        ];
        List<VenueTry> tries = await work.Db.Set<VenueTry>().AsNoTracking().Where(row => row.BookId == work.Book && row.ActivityId == Activity)
            .OrderByDescending(row => row.VenueTryId).Take(TriesShown).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            tries.Select(row => (long?)row.PersonId).Concat([activity.ConfirmerId, activity.PublishedBy, activity.EndedBy]), ct);
        return new ActivityPageView(
            activity.ActivityId, activity.FundId, programme.Name, activity.Title, activity.Place, activity.ProjectId,
            await work.Db.Set<Project>().Where(row => row.BookId == work.Book && row.ProjectId == activity.ProjectId).Select(row => row.Name)
                .FirstOrDefaultAsync(ct),
            activity.ProjectClass, activity.Day, activity.StartsAt, activity.EndsAt, Amount.OfUnits(activity.CapMinutes, Commodity.Hour),
            activity.ConfirmerId, activity.ConfirmerId is { } confirmer ? names[confirmer] : null, activity.State, names[activity.PublishedBy],
            activity.EndedBy is { } ended ? names[ended] : null, activity.EndedAt, activity.Reason, rule?.RoundingMinutes ?? 1,
            Amount.OfUnits(rule?.DayCap ?? 0, Commodity.Hour), rule?.DisputeDays ?? 0, await Roles(work, people, ct),
            [.. asked.Skip((Math.Max(1, Page) - 1) * Shown).Take(Shown)], asked.Count, Shown, people.Counts(),
            people.Sum(row => row.Now, Commodity.Hour), people.Sum(row => row.PointsNow, Commodity.Point),
            people.Sum(row => row.ToPoolNow, Commodity.Hour),
            [.. people.All.Select(row => row.Record).OfType<RecordView>().Where(row => row is { State: RecordState.Open, WhyNot: null })
                .Select(row => row.Id)],
            [.. tries.Select(row => new VenueTryView(row.PersonId, names[row.PersonId], row.TriedAt))], Moves(work, activity, people));
    }

    private async Task<IReadOnlyList<RoleView>> Roles(Work work, ActivityPeople people, CancellationToken ct)
    {
        Dictionary<string, int> taken = people.All.Where(row => row is { SignedUpAt: not null, IsWithdrawn: false }).GroupBy(row => row.Role)
            .ToDictionary(group => group.Key, group => group.Count());
        return
        [
            .. (await work.Db.Set<ActivityRole>().AsNoTracking().Where(row => row.BookId == work.Book && row.ActivityId == Activity)
                .OrderBy(row => row.Role).ToListAsync(ct)).Select(row => new RoleView(row.Role, row.Seats, taken.GetValueOrDefault(row.Role))),
        ];
    }

    private static ActivityMoves Moves(Work work, Activity activity, ActivityPeople people)
    {
        bool hands = work.Rights.Reaches(Programme.Hands, activity.FundId), runs = !activity.IsOver;
        bool isLate = activity.State == ActivityState.Closed && people.Counts().Confirmed > 0;
        Refusal? cannot = hands && runs && work.Now < activity.EndsAt
            ? new RefusedException(CloseActivity.TooEarly, ("activity", activity.Title), ("ends", activity.EndsAt)).Refusal : null;
        return new ActivityMoves(
            hands && activity.State == ActivityState.Planned, hands && activity.State == ActivityState.Planned, hands && runs, hands && runs,
            hands && activity.State != ActivityState.Cancelled, hands && activity.State != ActivityState.Cancelled && people.Counts().Waiting > 0,
            hands && (runs && cannot is null || isLate), cannot);
    }
}
