using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Members;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Hours;

/// <summary>A coordinator confirms records of an activity as the second party.</summary>
public sealed record ConfirmHours(Guid Key, long Activity, IReadOnlyList<long> Records) : Command<int>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Activities.Activity.Hands(work, Activity, ct);

    /// <returns>How many are confirmed now.</returns>
    internal override Task<int> Apply(Work work, CancellationToken ct) =>
        Confirmation.Write(work, Activity, Records, work.ActorId, mayConfirm: null, ct);
}

/// <summary>The member for whom the activity was done confirms with the card.</summary>
public sealed record ConfirmHoursWithCard(Guid Key, MemberPass Pass, long Activity, IReadOnlyList<long> Records) : Command<int>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    /// <returns>How many are confirmed now.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        return await Confirmation.Write(work.In(me.BookId), Activity, Records, me.PersonId, mayConfirm: me.PersonId, ct);
    }
}

/// <summary>What both ways of confirming have in common: nobody confirms the own hours, those of whom one lives with or answers for, or a list
/// one has kept oneself.</summary>
internal static class Confirmation
{
    /// <summary>Nothing to confirm, or a record that is confirmed, replaced or of another activity.</summary>
    public const string Gone = "confirm.gone";

    /// <summary>Only the member named as second party confirms with a card.</summary>
    public const string NotNamed = "confirm.not-named";

    /// <summary>Own hours, or of somebody close.</summary>
    public const string Close = "confirm.close-person";

    /// <summary>Whoever signed somebody in or out by list or from paper does not confirm it.</summary>
    public const string OwnList = "confirm.own-list";

    /// <summary>Another confirmed service of the same person was at the same time.</summary>
    public const string Overlap = "confirm.overlap";

    public static async Task<int> Write(Work work, long id, IReadOnlyList<long> ids, long by, long? mayConfirm, CancellationToken ct)
    {
        Activity activity = await Activity.Locked(work, id, ct);
        if (mayConfirm is { } named && activity.ConfirmerId != named)
        {
            throw new RefusedException(NotNamed, ("activity", activity.Title));
        }

        long[] asked = [.. ids.Distinct()];
        List<ServiceRecord> records = await work.Db.Set<ServiceRecord>().AsNoTracking().Where(row => row.BookId == work.Book && row.ActivityId == id
            && row.State == RecordState.Open && asked.Contains(row.ServiceRecordId)).ToListAsync(ct);
        if (activity.State == ActivityState.Cancelled || asked.Length == 0 || records.Count < asked.Length)
        {
            throw new RefusedException(Gone);
        }

        await RefuseClose(work, records, by, ct);
        if (records.FirstOrDefault(row => row.TickedInBy == by || row.TickedOutBy == by) is { } own)
        {
            throw new RefusedException(OwnList, ("person", await Name(work, own.PersonId, ct)));
        }

        return await Confirm(work, records, by, ct);
    }

    /// <summary>Of those that are close to somebody: whom the person does not confirm.</summary>
    internal static async Task<HashSet<long>> CloseTo(Work work, long by, CancellationToken ct)
    {
        Member? me = await Member.Find(work, by, ct);
        (long? home, long? guardian) = (me?.HouseholdId, me?.GuardianId);
        return
        [
            by, .. await work.Db.Set<Member>().Where(row => row.BookId == work.Book
                && (row.GuardianId == by || row.PersonId == guardian || row.HouseholdId == home && row.HouseholdId != null))
                .Select(row => row.PersonId).ToListAsync(ct),
        ];
    }

    internal static async Task<string> Name(Work work, long person, CancellationToken ct) => (await PersonName.Of(work, [person], ct))[person];

    private static async Task RefuseClose(Work work, List<ServiceRecord> records, long by, CancellationToken ct)
    {
        HashSet<long> close = await CloseTo(work, by, ct);
        if (records.FirstOrDefault(row => close.Contains(row.PersonId)) is { } record)
        {
            throw new RefusedException(Close, ("person", await Name(work, record.PersonId, ct)));
        }
    }

    internal static async Task<int> Confirm(Work work, List<ServiceRecord> records, long by, CancellationToken ct)
    {
        long[] ids = [.. records.Select(row => row.ServiceRecordId)], people = [.. records.Select(row => row.PersonId)];
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from member where book_id = {work.Book} and person_id = any({people}) order by person_id for no key update", ct);
        long[] doubled = await work.Db.Database.SqlQuery<long>(
            $"""
            select r.person_id as "Value" from service_record r
             where r.book_id = {work.Book} and r.service_record_id = any({ids})
               and (serves_activity(r.book_id, r.person_id, r.in_at, r.out_at) or serves_neighbour(r.book_id, r.person_id, r.in_at, r.out_at))
             order by r.service_record_id limit 1
            """).ToArrayAsync(ct);
        if (doubled is [var person])
        {
            throw new RefusedException(Overlap, ("person", await Name(work, person, ct)));
        }

        // Only now it is known what else the person did that day.
        return await work.Db.Database.ExecuteSqlAsync(
            $"""
            update service_record r
               set state = 'confirmed', confirmed_by = {by}, confirmed_at = {work.Now.ToDateTimeUtc()}, credited_minutes = x.credited,
                   cut_day = r.rounded_minutes - r.cut_activity - x.credited, points = x.credited::bigint * r.points_per_hour / 60
              from (select s.service_record_id,
                           case s.grade when 'legacy' then s.rounded_minutes
                             else least(s.rounded_minutes - s.cut_activity,
                                 greatest(0, p.day_cap - minutes_served(s.book_id, s.person_id, s.day))::integer) end as credited
                      from service_record s join programme_rule p using (book_id, programme_rule_id)
                     where s.book_id = {work.Book} and s.service_record_id = any({ids})) x
             where r.book_id = {work.Book} and r.service_record_id = x.service_record_id and r.state = 'open'
            """, ct);
    }
}
