using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>A coordinator says how many minutes a record in the books should have had. The record stays; another coordinator agrees, and the
/// difference is booked.</summary>
public sealed record ProposeCorrection(Guid Key, long Record, int Minutes, [property: Personal] string Reason) : Command<long>(Key)
{
    /// <summary>No other minutes than now, below zero, or beyond a cap.</summary>
    public const string BadMinutes = "hours-correction.bad-minutes";

    /// <summary>Nobody says why.</summary>
    public const string ReasonMissing = "hours-correction.reason-missing";

    /// <summary>The record is not in the books.</summary>
    public const string NotPosted = "hours-correction.not-posted";

    /// <summary>A correction of it waits already.</summary>
    public const string OneWaits = "hours-correction.one-waits";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Programme.Hands).For(
        await work.Db.Set<ServiceRecord>().Where(row => row.BookId == work.Book && row.ServiceRecordId == Record).Select(row => row.FundId)
            .FirstOrDefaultAsync(ct));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        ServiceRecord record = await Locked(work, Record, ct);
        if (record.State != RecordState.Posted)
        {
            throw new RefusedException(NotPosted, ("state", record.State));
        }

        if (await Member.AreClose(work, record.PersonId, work.ActorId, ct))
        {
            throw new RefusedException(Confirmation.Close, ("person", await Confirmation.Name(work, record.PersonId, ct)));
        }

        int now = await MinutesNow(work, record, ct), most = await Most(work, record, ct);
        if (Minutes < 0 || Minutes == now || Minutes > now && Minutes > most)
        {
            throw new RefusedException(BadMinutes, ("now", Amount.OfUnits(now, Commodity.Hour)), ("most", Amount.OfUnits(most, Commodity.Hour)));
        }

        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > 200)
        {
            throw new RefusedException(ReasonMissing, ("limit", 200));
        }

        if (await work.Db.Set<RecordCorrection>().AnyAsync(row => row.BookId == work.Book && row.ServiceRecordId == Record
            && row.State == CorrectionState.Waiting, ct))
        {
            throw new RefusedException(OneWaits);
        }

        RecordCorrection correction = new()
        {
            BookId = work.Book,
            ServiceRecordId = Record,
            MinutesBefore = now,
            Minutes = Minutes,
            Reason = reason,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(correction);
        await work.Db.SaveChangesAsync(ct);
        return correction.RecordCorrectionId;
    }

    internal static async Task<ServiceRecord> Locked(Work work, long id, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from service_record where book_id = {work.Book} and service_record_id = {id} for no key update", ct);
        return await work.Db.Set<ServiceRecord>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book && row.ServiceRecordId == id, ct)
            ?? throw new RefusedException(ServiceRecord.Unknown);
    }

    /// <summary>What the record is worth with all corrections.</summary>
    internal static async Task<int> MinutesNow(Work work, ServiceRecord record, CancellationToken ct) =>
        await work.Db.Set<RecordCorrection>().Where(row => row.BookId == work.Book && row.ServiceRecordId == record.ServiceRecordId
                && row.State == CorrectionState.Agreed).OrderByDescending(row => row.RecordCorrectionId)
                .Select(row => (int?)row.Minutes).FirstOrDefaultAsync(ct)
            ?? record.CreditedMinutes;

    /// <summary>What caps leave for it: the activity's, and the day's less what else the person did.</summary>
    internal static async Task<int> Most(Work work, ServiceRecord record, CancellationToken ct)
    {
        if (record.Grade == EvidenceGrade.Legacy)
        {
            return record.CapMinutes;
        }

        int day = await work.Db.Set<ProgrammeRule>().Where(row => row.BookId == work.Book && row.ProgrammeRuleId == record.ProgrammeRuleId)
            .Select(row => row.DayCap).SingleAsync(ct);
        long served = await work.Db.Database.SqlQuery<long>(
            $"""select minutes_served({work.Book}, {record.PersonId}, {record.Day.ToDateOnly()}) as "Value" """).SingleAsync(ct);
        long others = served - await MinutesNow(work, record, ct);
        return (int)Math.Min(record.CapMinutes, Math.Max(0, day - others));
    }
}
