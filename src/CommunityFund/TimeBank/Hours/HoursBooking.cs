using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>Confirmed records become entries in hours and points; what somebody would store beyond the cap goes to the pool.</summary>
internal sealed class HoursBooking(Work work, Fund programme, LocalDate day)
{
    // An entry has 500 lines at most: one for each person, one for the pool, one for what is issued.
    private const int PeopleOfEntry = 490;

    public async Task<ActivityClosed> Post(IReadOnlyList<ServiceRecord> records, string narrative, CancellationToken ct)
    {
        Dictionary<long, int> toPool = await BeyondCap(records, ct);
        Chart chart = await work.ChartOn(day, ct);
        List<(UnitEntry Entry, long[] Records)> entries = [];
        foreach (ServiceRecord[] some in records.Where(row => row.CreditedMinutes > 0).Chunk(PeopleOfEntry))
        {
            entries.Add((HoursOf(chart, some, toPool, narrative), [.. some.Select(row => row.ServiceRecordId)]));
        }

        int hours = entries.Count;
        foreach (ServiceRecord[] some in records.Where(row => row.Points > 0).Chunk(PeopleOfEntry))
        {
            entries.Add((PointsOf(chart, some, narrative), [.. some.Select(row => row.ServiceRecordId)]));
        }

        IReadOnlyList<PostedNumber> posted = entries.Count == 0 ? []
            : await new UnitDoor(work, programme).PostByRule([.. entries.Select(each => each.Entry)], ct);
        Dictionary<long, long> hoursOf = [], pointsOf = [];
        foreach (((_, long[] ids), int place) in entries.Select((each, place) => (each, place)))
        {
            foreach (long id in ids)
            {
                (place < hours ? hoursOf : pointsOf)[id] = posted[place].EntryNo;
            }
        }

        await Say(records, hoursOf, pointsOf, toPool, ct);
        long pool = toPool.Values.Sum(minutes => (long)minutes);
        return new ActivityClosed(records.Count, records.Sum(row => (long)row.CreditedMinutes) - pool, pool, records.Sum(row => (long)row.Points), 0);
    }

    /// <summary>Of each record, the minutes that the person may not store any more.</summary>
    private async Task<Dictionary<long, int>> BeyondCap(IReadOnlyList<ServiceRecord> records, CancellationToken ct)
    {
        long[] people = [.. records.Select(row => row.PersonId)];
        int cap = (await ProgrammeRule.On(work, programme, day, ct)).StoredCap;

        // Two activities of one person are closed one after the other.
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from member where book_id = {work.Book} and person_id = any({people}) order by person_id for no key update", ct);
        Dictionary<long, long> held = await work.Db.Set<HolderBalance>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.FundId == programme.FundId && people.Contains(row.PersonId)).ToDictionaryAsync(row => row.PersonId, row => row.Hours, ct);
        return records.Select(row => (row.ServiceRecordId, ToPool: (int)Math.Clamp(
                held.GetValueOrDefault(row.PersonId) + row.CreditedMinutes - cap, 0, row.CreditedMinutes)))
            .Where(row => row.ToPool > 0).ToDictionary(row => row.ServiceRecordId, row => row.ToPool);
    }

    private UnitEntry HoursOf(Chart chart, ServiceRecord[] records, Dictionary<long, int> toPool, string narrative)
    {
        EntryDraft draft = JournalEntry.On(day, narrative);
        List<Ground> grounds = [];
        long pool = 0, all = 0;
        foreach (ServiceRecord record in records)
        {
            int beyond = toPool.GetValueOrDefault(record.ServiceRecordId), own = record.CreditedMinutes - beyond;
            if (own > 0)
            {
                draft.Debit(chart["hours-held"], programme.Code, Amount.OfUnits(own, Commodity.Hour), Tagged(record, record.PersonId));
            }

            (pool, all) = (pool + beyond, all + record.CreditedMinutes);
            grounds.Add(new Ground(record.PersonId, GroundSource.Record, record.ServiceRecordId, own, beyond));
        }

        if (pool > 0)
        {
            draft.Debit(chart["hours-pool"], programme.Code, Amount.OfUnits(pool, Commodity.Hour), Tagged(records[0], null));
        }

        draft.Credit(chart["hours-issued"], programme.Code, Amount.OfUnits(all, Commodity.Hour), Tagged(records[0], null));
        return new UnitEntry(UnitKind.HoursEarned, draft.Balanced(), Grounds: grounds);
    }

    private UnitEntry PointsOf(Chart chart, ServiceRecord[] records, string narrative)
    {
        EntryDraft draft = JournalEntry.On(day, narrative);
        foreach (ServiceRecord record in records)
        {
            draft.Debit(chart["points-held"], programme.Code, Amount.OfUnits(record.Points, Commodity.Point), Tagged(record, record.PersonId));
        }

        draft.Credit(chart["points-issued"], programme.Code, Amount.OfUnits(records.Sum(row => (long)row.Points), Commodity.Point),
            Tagged(records[0], null));
        return new UnitEntry(UnitKind.PointsEarned, draft.Balanced(),
            Grounds: [.. records.Select(row => new Ground(row.PersonId, GroundSource.Record, row.ServiceRecordId, row.Points))]);
    }

    internal static Tags Tagged(ServiceRecord record, long? person) => new(
        Counterparty: person, Project: record.ProjectId, ProjectClass: record.ProjectClass.Length == 0 ? null : record.ProjectClass);

    private Task Say(IReadOnlyList<ServiceRecord> records, Dictionary<long, long> hoursOf, Dictionary<long, long> pointsOf,
        Dictionary<long, int> toPool,
        CancellationToken ct)
    {
        long[] ids = [.. records.Select(row => row.ServiceRecordId)];
        long[] hours = [.. ids.Select(id => hoursOf.GetValueOrDefault(id))], points = [.. ids.Select(id => pointsOf.GetValueOrDefault(id))];
        int[] pool = [.. ids.Select(id => toPool.GetValueOrDefault(id))];
        return work.Db.Database.ExecuteSqlAsync(
            $"""
            update service_record r
               set state = 'posted', posted_at = {work.Now.ToDateTimeUtc()}, hours_entry_no = nullif(x.hours, 0),
                   points_entry_no = nullif(x.points, 0), to_pool = x.pool
              from unnest({ids}, {hours}, {points}, {pool}) x(id, hours, points, pool)
             where r.book_id = {work.Book} and r.service_record_id = x.id
            """, ct);
    }
}
