using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>Everybody in an activity, as its page shows them.</summary>
internal sealed class ActivityPeople
{
    private readonly IReadOnlyCollection<ServiceRecord> _records;

    private ActivityPeople(IReadOnlyList<ActivityPerson> all, IReadOnlyCollection<ServiceRecord> records) => (All, _records) = (all, records);

    public IReadOnlyList<ActivityPerson> All { get; }

    public static async Task<ActivityPeople> Of(Work work, Activity activity, CancellationToken ct)
    {
        List<ActivitySignUp> signed = await work.Db.Set<ActivitySignUp>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.ActivityId == activity.ActivityId).ToListAsync(ct);
        Dictionary<long, Attendance> there = await work.Db.Set<Attendance>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.ActivityId == activity.ActivityId && row.ReplacedAt == null).ToDictionaryAsync(row => row.PersonId, ct);

        // Of a person the record that stands, else the one that was dropped last.
        Dictionary<long, ServiceRecord> records = (await work.Db.Set<ServiceRecord>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.ActivityId == activity.ActivityId && row.State != RecordState.Replaced).ToListAsync(ct)).GroupBy(row => row.PersonId)
            .ToDictionary(group => group.Key, group => group.OrderBy(row => row.State == RecordState.Dropped)
                .ThenByDescending(row => row.ServiceRecordId).First());
        Dictionary<long, ActivitySignUp> ups = signed.ToDictionary(row => row.PersonId);
        long[] people = [.. ups.Keys.Union(there.Keys)];
        Dictionary<long, Member> members = await work.Db.Set<Member>().AsNoTracking().Where(row => row.BookId == work.Book
            && people.Contains(row.PersonId)).ToDictionaryAsync(row => row.PersonId, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            people.Select(id => (long?)id).Concat(there.Values.SelectMany(row => new long?[] { row.InBy, row.OutBy }))
                .Concat(records.Values.Select(row => row.ConfirmedBy)), ct);
        RecordEyes eyes = await RecordEyes.Of(work, activity, records.Values, names, ct);
        return new ActivityPeople(
            [
                .. people.OrderBy(id => names[id], StringComparer.Ordinal).ThenBy(id => id).Select(id =>
                {
                    ActivitySignUp? up = ups.GetValueOrDefault(id);
                    Attendance? at = there.GetValueOrDefault(id);
                    return new ActivityPerson(id, names[id], members[id].Kind, members[id].Community, at?.Role ?? up!.Role, up?.SignedAt,
                        up?.WithdrawnAt is not null, at is null ? null : View(at, names),
                        records.TryGetValue(id, out ServiceRecord? record) ? eyes.View(record) : null);
                }),
            ], records.Values);
    }

    public ActivityCounts Counts()
    {
        int In(RecordState state) => _records.Count(row => row.State == state);
        return new ActivityCounts(
            All.Count(row => row is { SignedUpAt: not null, IsWithdrawn: false }), All.Count(row => row.Attendance is not null),
            All.Count(row => row.Attendance is { Out: not null }), In(RecordState.Open), In(RecordState.Confirmed), In(RecordState.Posted),
            In(RecordState.Dropped), All.Count(row => row.IsException));
    }

    /// <summary>Of confirmed records, as they stand after their corrections.</summary>
    public Amount Sum(Func<RecordView, Amount> of, Commodity commodity) =>
        All.Select(row => row.Record).OfType<RecordView>().Where(row => row.State is RecordState.Confirmed or RecordState.Posted)
            .Aggregate(Amount.Zero(commodity), (sum, row) => sum + of(row));

    private static AttendanceView View(Attendance at, IReadOnlyDictionary<long, string> names) => new(
        at.Role, at.InAt, at.InHow, names[at.InBy], at.OutAt, at.OutHow, at.OutBy is { } by ? names[by] : null, at.FiledDocumentId, at.Reason);
}

/// <summary>Records as whoever reads the page sees them: what stands in the way of confirming each.</summary>
internal sealed class RecordEyes
{
    private readonly Work _work;
    private readonly HashSet<long> _close;
    private readonly IReadOnlyDictionary<long, string> _names;
    private readonly Dictionary<long, string> _overlaps;
    private readonly ILookup<long, DisputeRow> _disputes;
    private readonly ILookup<long, CorrectionRow> _corrections;

    private RecordEyes(Work work, HashSet<long> close, IReadOnlyDictionary<long, string> names, Dictionary<long, string> overlaps,
        ILookup<long, DisputeRow> disputes, ILookup<long, CorrectionRow> corrections) =>
        (_work, _close, _names, _overlaps, _disputes, _corrections) = (work, close, names, overlaps, disputes, corrections);

    public static async Task<RecordEyes> Of(Work work, Activity activity, IReadOnlyCollection<ServiceRecord> records,
        IReadOnlyDictionary<long, string> names, CancellationToken ct)
    {
        long[] ids = [.. records.Select(row => row.ServiceRecordId)];
        Dictionary<long, string> overlaps = (await work.Db.Database.SqlQuery<Other>(
            $"""
            select r.service_record_id as "Record", a.title as "Title" from service_record r
              join service_record o on o.book_id = r.book_id and o.person_id = r.person_id and o.service_record_id <> r.service_record_id
                and o.day between r.day - 2 and r.day + 2 and o.state in ('open', 'confirmed', 'posted') and o.in_at < r.out_at and r.in_at < o.out_at
              join activity a on a.book_id = o.book_id and a.activity_id = o.activity_id
             where r.book_id = {work.Book} and r.activity_id = {activity.ActivityId} and r.state = 'open'
            union all
            select r.service_record_id, s.role from service_record r
              join service_request s on s.book_id = r.book_id and s.provider_id = r.person_id and s.state = 'confirmed'
                and s.served_on between r.day - 2 and r.day + 2
                and day_minute(s.served_on, s.served_from) < r.out_at and r.in_at < day_minute(s.served_on, s.served_until)
             where r.book_id = {work.Book} and r.activity_id = {activity.ActivityId} and r.state = 'open'
            """).ToListAsync(ct)).DistinctBy(row => row.Record).ToDictionary(row => row.Record, row => row.Title);
        return new RecordEyes(work, work.Actor is { } me ? await Confirmation.CloseTo(work, me, ct) : [], names, overlaps,
            await RecordPapers.Disputes(work, ids, records.ToDictionary(row => row.ServiceRecordId, row => row.ConfirmedBy), ct),
            await RecordPapers.Corrections(work, ids, ct));
    }

    public RecordView View(ServiceRecord row) => new(
        row.ServiceRecordId, row.Grade, row.State, Reckoning.Of(row),
        _corrections[row.ServiceRecordId].LastOrDefault(each => each.State == CorrectionState.Agreed)?.Minutes
            ?? Amount.OfUnits(row.CreditedMinutes, Commodity.Hour),
        row.ConfirmedBy is { } by ? _names[by] : null, row.ConfirmedAt, row.HoursEntryNo, row.PointsEntryNo,
        _overlaps.GetValueOrDefault(row.ServiceRecordId), row.State == RecordState.Open ? WhyNot(row) : null, [.. _disputes[row.ServiceRecordId]],
        [.. _corrections[row.ServiceRecordId]]);

    private Refusal? WhyNot(ServiceRecord row)
    {
        string? code = _overlaps.ContainsKey(row.ServiceRecordId) ? Confirmation.Overlap : _close.Contains(row.PersonId) ? Confirmation.Close
            : row.TickedInBy == _work.Actor || row.TickedOutBy == _work.Actor ? Confirmation.OwnList : null;
        return code is null ? null : new RefusedException(code, ("person", _names[row.PersonId])).Refusal;
    }

    private sealed record Other(long Record, string Title);
}
