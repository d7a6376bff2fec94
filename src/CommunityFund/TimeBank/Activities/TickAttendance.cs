using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>When somebody came and left.</summary>
/// <param name="In">"14:05", or a day with a time; empty to keep how the person signed in.</param>
/// <param name="Out">Empty while the person is still there.</param>
/// <param name="Role">On a sheet of paper: what somebody did who had not signed up.</param>
public sealed record AttendanceTimes(long Person, string In, string Out, string Role = "");

/// <summary>
/// A coordinator keeps the list of who is there: times in and out, for many at once, and corrects what was signed wrongly before it is confirmed.
/// The grade is then 双方 at best, and whoever ticked does not confirm.
/// </summary>
public sealed record TickAttendance(Guid Key, long Activity, IReadOnlyList<AttendanceTimes> Rows) : Command<int>(Key)
{
    /// <summary>Nobody is on the list, or somebody twice.</summary>
    public const string BadRows = "attendance.bad-rows";

    /// <summary>The time has not come yet.</summary>
    public const string InFuture = "attendance.in-future";

    /// <summary>The times are not of the activity's day.</summary>
    public const string OtherDay = "attendance.other-day";

    /// <summary>Confirmed records stay; a correction changes them.</summary>
    public const string Confirmed = "attendance.confirmed";

    private const int Most = 5000;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Activities.Activity.Hands(work, Activity, ct);

    /// <returns>How many were written.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        Activity activity = await Activities.Activity.Running(work, Activity, ct);
        return await Write(work, activity, Rows, null, "", ct);
    }

    /// <param name="sheet">The photo of a sheet of paper, or null for a list.</param>
    internal static async Task<int> Write(
        Work work, Activity activity, IReadOnlyList<AttendanceTimes> rows, long? sheet, string reason, CancellationToken ct)
    {
        if (rows.Count is 0 or > Most || rows.DistinctBy(row => row.Person).Count() < rows.Count)
        {
            throw new RefusedException(BadRows, ("limit", Most));
        }

        long[] people = [.. rows.Select(row => row.Person)];
        Dictionary<long, string> roles = await Roles(work, activity, rows, sheet is not null, ct);

        // Whoever signs out by code at this moment comes before the list, or after it.
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from member where book_id = {work.Book} and person_id = any({people}) order by person_id for no key update", ct);
        Dictionary<long, Attendance> before = await work.Db.Set<Attendance>().Where(row => row.BookId == work.Book
            && row.ActivityId == activity.ActivityId && people.Contains(row.PersonId) && row.ReplacedAt == null)
                .ToDictionaryAsync(row => row.PersonId, ct);
        await Replace(work, activity, rows, before, sheet is not null, ct);
        List<Attendance> written = [];
        foreach (AttendanceTimes row in rows)
        {
            written.Add(Signed(work, activity, row, before.GetValueOrDefault(row.Person), roles[row.Person], sheet, reason));
        }

        SignedTimes times = new(work, activity);
        await times.Begin(ct);
        work.Db.AddRange(written.Where(row => row.AttendanceId == 0));
        await work.Db.SaveChangesAsync(ct);
        await times.Record([.. written.Where(row => row.OutAt is not null)], ct);
        return written.Count;
    }

    private static Attendance Signed(
        Work work, Activity activity, AttendanceTimes row, Attendance? old, string role, long? sheet, string reason)
    {
        SignedHow how = sheet is null ? SignedHow.List : SignedHow.Paper;
        bool keepsIn = sheet is null && old is { InHow: not SignedHow.Paper } && row.In.Length == 0;
        Instant from = keepsIn ? old!.InAt : ActivityClock.Read(activity.Day, row.In);
        Instant? until = row.Out.Length == 0 && sheet is null ? null : ActivityClock.Read(activity.Day, row.Out);
        if (until is { } end)
        {
            SignedTimes.Require(from, end);
        }

        if (from > work.Now || until > work.Now)
        {
            throw new RefusedException(InFuture, ("time", from > work.Now ? from : until));
        }

        if (ActivityClock.Local(from).Date < activity.Day || from >= activity.EndsAt && ActivityClock.Local(from).Date > activity.Day)
        {
            throw new RefusedException(OtherDay, ("time", from), ("day", activity.Day));
        }

        if (keepsIn && old is { OutAt: null, ReplacedAt: null } still)
        {
            (still.OutAt, still.OutHow, still.OutBy) = until is null ? (null, null, null) : (until, (SignedHow?)how, (long?)work.ActorId);
            return still;
        }

        return new Attendance
        {
            BookId = work.Book,
            ActivityId = activity.ActivityId,
            PersonId = row.Person,
            Role = role,
            InAt = from,
            InHow = keepsIn ? old!.InHow : how,
            InBy = keepsIn ? old!.InBy : work.ActorId,
            OutAt = until,
            OutHow = until is null ? null : how,
            OutBy = until is null ? null : work.ActorId,
            FiledDocumentId = keepsIn ? old!.FiledDocumentId : sheet,
            Reason = keepsIn ? old!.Reason : reason,
        };
    }

    /// <summary>What stood there before gives way, unless somebody confirmed it.</summary>
    private static async Task Replace(Work work, Activity activity, IReadOnlyList<AttendanceTimes> rows,
        Dictionary<long, Attendance> before, bool isPaper,
        CancellationToken ct)
    {
        long[] gone = [.. rows.Where(row => before.TryGetValue(row.Person, out Attendance? old)
            && (old.OutAt is not null || row.In.Length > 0 || isPaper))
            .Select(row => before[row.Person].AttendanceId)];
        if (gone.Length == 0)
        {
            return;
        }

        List<ServiceRecord> records = await work.Db.Set<ServiceRecord>().Where(row => row.BookId == work.Book
            && row.ActivityId == activity.ActivityId && row.AttendanceId != null && gone.Contains(row.AttendanceId.Value)).ToListAsync(ct);
        if (records.FirstOrDefault(row => row.State is RecordState.Confirmed or RecordState.Posted) is { } stays)
        {
            throw new RefusedException(Confirmed, ("person", (await PersonName.Of(work, [stays.PersonId], ct))[stays.PersonId]));
        }

        foreach (Attendance old in before.Values.Where(row => gone.Contains(row.AttendanceId)))
        {
            old.ReplacedAt = work.Now;
        }

        foreach (ServiceRecord record in records.Where(row => row.State == RecordState.Open))
        {
            record.State = RecordState.Replaced;
        }

        await work.Db.SaveChangesAsync(ct);
    }

    private static async Task<Dictionary<long, string>> Roles(
        Work work, Activity activity, IReadOnlyList<AttendanceTimes> rows, bool isPaper, CancellationToken ct)
    {
        long[] people = [.. rows.Select(row => row.Person)];
        Dictionary<long, string> roles = await work.Db.Set<ActivitySignUp>().Where(row => row.BookId == work.Book
            && row.ActivityId == activity.ActivityId && people.Contains(row.PersonId) && row.WithdrawnAt == null)
            .ToDictionaryAsync(row => row.PersonId, row => row.Role, ct);
        HashSet<string> known = [.. await work.Db.Set<ActivityRole>().Where(row => row.BookId == work.Book
            && row.ActivityId == activity.ActivityId).Select(row => row.Role).ToListAsync(ct)];
        foreach (AttendanceTimes row in rows.Where(row => !roles.ContainsKey(row.Person)))
        {
            await Member.Of(work, activity.FundId, row.Person, ct);
            string role = PlainText.Of(row.Role);
            roles[row.Person] = !isPaper ? throw new RefusedException(WithdrawMember.NotSignedUp, ("activity", activity.Title))
                : known.Contains(role) ? role : throw new RefusedException(SignUpMember.NoSuchRole, ("role", role));
        }

        return roles;
    }
}

/// <summary>补录: a signed sheet of paper is entered with its photo and the reason, on the day or later, also after the activity was closed.</summary>
public sealed record EnterPaperSheet(
    Guid Key, long Activity, IReadOnlyList<AttendanceTimes> Rows, [property: Personal] string Reason, IReadOnlyList<Enclosure> Papers)
        : Command<int>(Key)
{
    /// <summary>Nobody says why it comes from paper.</summary>
    public const string ReasonMissing = "attendance.reason-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Activities.Activity.Hands(work, Activity, ct);

    /// <returns>How many were written.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        Activity activity = await Activities.Activity.Locked(work, Activity, ct);
        if (activity.State == ActivityState.Cancelled)
        {
            throw new RefusedException(Activities.Activity.Over, ("activity", activity.Title), ("state", activity.State));
        }

        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > 200)
        {
            throw new RefusedException(ReasonMissing, ("limit", 200));
        }

        return await TickAttendance.Write(work, activity, Rows, await FiledDocument.Keep(work, Papers, ct), reason, ct);
    }
}
