using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>Another coordinator agrees to a correction, and the difference is booked, linked to the entry it corrects; or it is dropped, by whoever
/// proposed it too.</summary>
public sealed record DecideCorrection(Guid Key, long Correction, bool Agrees) : Command<Done>(Key)
{
    /// <summary>It is not there, or decided.</summary>
    public const string Gone = "hours-correction.gone";

    /// <summary>Who proposed it does not agree to it.</summary>
    public const string Own = "hours-correction.own";

    /// <summary>Points that are to be taken back are spoken for by a reservation.</summary>
    public const string PointsReserved = "hours-correction.points-reserved";

    private const string Narrative = "志愿服务时间更正";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Programme.Hands).For(await (
        from correction in work.Db.Set<RecordCorrection>()
        join record in work.Db.Set<ServiceRecord>() on new { correction.BookId, correction.ServiceRecordId }
            equals new { record.BookId, record.ServiceRecordId }
        where correction.BookId == work.Book && correction.RecordCorrectionId == Correction
        select record.FundId).FirstOrDefaultAsync(ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from record_correction where book_id = {work.Book} and record_correction_id = {Correction} for no key update", ct);
        RecordCorrection correction = await work.Db.Set<RecordCorrection>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.RecordCorrectionId == Correction && row.State == CorrectionState.Waiting, ct) ?? throw new RefusedException(Gone);
        ServiceRecord record = await ProposeCorrection.Locked(work, correction.ServiceRecordId, ct);
        if (Agrees)
        {
            if (correction.ProposedBy == work.ActorId)
            {
                throw new RefusedException(Own);
            }

            if (await Member.AreClose(work, record.PersonId, work.ActorId, ct))
            {
                throw new RefusedException(Confirmation.Close, ("person", await Confirmation.Name(work, record.PersonId, ct)));
            }

            await Book(work, record, correction, ct);
        }

        (correction.State, correction.DecidedBy, correction.DecidedAt) =
            (Agrees ? CorrectionState.Agreed : CorrectionState.Dropped, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    private static async Task Book(Work work, ServiceRecord record, RecordCorrection correction, CancellationToken ct)
    {
        Fund programme = await work.FundById(record.FundId, ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from member where book_id = {work.Book} and person_id = {record.PersonId} for no key update", ct);
        if (correction.Minutes > correction.MinutesBefore && await ProposeCorrection.Most(work, record, ct) is var most && correction.Minutes > most)
        {
            // Since it was proposed, more was confirmed for that day.
            throw new RefusedException(ProposeCorrection.BadMinutes, ("now", Amount.OfUnits(correction.MinutesBefore, Commodity.Hour)),
                ("most", Amount.OfUnits(most, Commodity.Hour)));
        }

        List<RecordCorrection> before = await work.Db.Set<RecordCorrection>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.ServiceRecordId == record.ServiceRecordId && row.State == CorrectionState.Agreed)
            .OrderBy(row => row.RecordCorrectionId).ToListAsync(ct);

        // Points that an earlier correction could not take back still stand for the record: they are not issued a second time.
        int points = PointsFor(record, correction.Minutes) - record.Points - before.Sum(row => row.Points);
        Difference difference = correction.Minutes > correction.MinutesBefore
            ? await More(work, programme, chart, record, correction, points, ct)
            : await Less(work, programme, chart, record, correction, before, Math.Max(0, -points), ct);
        IReadOnlyList<PostedNumber> posted = await new UnitDoor(work, programme).PostByTwo(difference.Entries, correction.ProposedBy, ct);

        // Only now, with the decision: what is saved before it still waits.
        (correction.ToPool, correction.Points, correction.PointsShort) = (difference.ToPool, difference.Points, difference.PointsShort);
        correction.HoursEntryNo = posted[0].EntryNo;
        correction.PointsEntryNo = posted.Count > 1 ? posted[1].EntryNo : null;
    }

    private static int PointsFor(ServiceRecord record, int minutes) => checked((int)((long)minutes * record.PointsPerHour / 60));

    private static async Task<Difference> More(
        Work work, Fund programme, Chart chart, ServiceRecord record, RecordCorrection correction, int points, CancellationToken ct)
    {
        int minutes = correction.Minutes - correction.MinutesBefore;
        int cap = (await ProgrammeRule.On(work, programme, work.Today, ct)).StoredCap;
        long held = await work.Db.Set<HolderBalance>().Where(row => row.BookId == work.Book && row.FundId == record.FundId
            && row.PersonId == record.PersonId).Select(row => row.Hours).SingleOrDefaultAsync(ct);
        int beyond = (int)Math.Clamp(held + minutes - cap, 0, minutes);
        Ground why = new(record.PersonId, GroundSource.Correction, correction.RecordCorrectionId, minutes - beyond, beyond);
        List<UnitEntry> entries =
        [
            new(UnitKind.HoursEarned, Hours(work, programme, chart, record, minutes - beyond, beyond, isRed: false), Grounds: [why]),
        ];
        if (points > 0)
        {
            entries.Add(new(UnitKind.PointsEarned, PointsOf(work, programme, chart, record, points, isRed: false),
                Grounds: [why with { Units = points, ToPool = 0 }]));
        }

        return new Difference(entries, beyond, Math.Max(0, points), 0);
    }

    /// <summary>The pool gives back first what it got of this record and still has; of points only what is still free is taken back.</summary>
    private static async Task<Difference> Less(
        Work work, Fund programme, Chart chart, ServiceRecord record, RecordCorrection correction, IReadOnlyList<RecordCorrection> before, int points,
        CancellationToken ct)
    {
        int minutes = correction.MinutesBefore - correction.Minutes;
        int fromPool = (int)Math.Clamp(
            record.ToPool + before.Sum(row => row.ToPool), 0, Math.Min(minutes, await HourGrant.PoolOf(work, programme, ct)));
        long? ofHours = record.HoursEntryNo ?? before.FirstOrDefault(row => row.Minutes > row.MinutesBefore)?.HoursEntryNo;
        List<UnitEntry> entries =
        [
            new(UnitKind.HoursEarned, Hours(work, programme, chart, record, minutes - fromPool, fromPool, isRed: true), Of: ofHours),
        ];

        // Each correction that added points made a lot of its own; what came last goes first.
        long?[] issued = [record.PointsEntryNo, .. before.Where(row => row.Points > 0).Select(row => row.PointsEntryNo)];
        int left = points;
        List<PointLot> lots = await work.Db.Set<PointLot>().AsNoTracking().Where(row => row.BookId == work.Book && row.PersonId == record.PersonId
            && (row.Free > 0 || row.Reserved > 0) && issued.Contains(row.EntryNo)).OrderByDescending(row => row.EntryNo).ToListAsync(ct);
        RefuseReserved(points, lots);
        foreach (PointLot lot in lots)
        {
            int back = (int)Math.Min(left, lot.Free);
            if (back > 0)
            {
                entries.Add(new(UnitKind.PointsEarned, PointsOf(work, programme, chart, record, back, isRed: true), Of: lot.EntryNo));
            }

            left -= back;
        }

        return new Difference(entries, -fromPool, left - points, left);
    }

    /// <exception cref="RefusedException">Points that would be taken back are reserved: they would come back to the holder afterwards.</exception>
    internal static void RefuseReserved(long points, IReadOnlyList<PointLot> lots)
    {
        long reserved = Math.Min(points - lots.Sum(lot => lot.Free), lots.Sum(lot => lot.Reserved));
        if (reserved > 0)
        {
            throw new RefusedException(PointsReserved, ("points", reserved));
        }
    }

    private static JournalEntry Hours(Work work, Fund programme, Chart chart, ServiceRecord record, int own, int pool, bool isRed)
    {
        EntryDraft draft = JournalEntry.On(work.Today, Narrative);
        Tags of = HoursBooking.Tagged(record, record.PersonId), none = HoursBooking.Tagged(record, null);
        foreach ((string key, int minutes, Tags tags) in new[] { ("hours-held", own, of), ("hours-pool", pool, none) }.Where(row => row.Item2 > 0))
        {
            Amount amount = Amount.OfUnits(minutes, Commodity.Hour);
            _ = isRed ? draft.RedDebit(chart[key], programme.Code, amount, tags) : draft.Debit(chart[key], programme.Code, amount, tags);
        }

        Amount all = Amount.OfUnits(own + pool, Commodity.Hour);
        _ = isRed ? draft.RedCredit(chart["hours-issued"], programme.Code, all, none)
            : draft.Credit(chart["hours-issued"], programme.Code, all, none);
        return draft.Balanced();
    }

    private static JournalEntry PointsOf(Work work, Fund programme, Chart chart, ServiceRecord record, int points, bool isRed)
    {
        Amount amount = Amount.OfUnits(points, Commodity.Point);
        Tags of = HoursBooking.Tagged(record, record.PersonId), none = HoursBooking.Tagged(record, null);
        EntryDraft draft = JournalEntry.On(work.Today, Narrative);
        return (isRed
            ? draft.RedDebit(chart["points-held"], programme.Code, amount, of).RedCredit(chart["points-issued"], programme.Code, amount, none)
            : draft.Debit(chart["points-held"], programme.Code, amount, of).Credit(chart["points-issued"], programme.Code, amount, none)).Balanced();
    }

    /// <summary>What is booked, and what the correction says of it.</summary>
    private sealed record Difference(List<UnitEntry> Entries, int ToPool, int Points, int PointsShort);
}
