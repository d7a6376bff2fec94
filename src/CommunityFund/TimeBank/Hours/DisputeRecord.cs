using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>A volunteer says that a record is wrong, within the days that the rules give.</summary>
public sealed record DisputeRecord(Guid Key, MemberPass Pass, long Record, [property: Personal] string Text) : Command<long>(Key)
{
    /// <summary>It is too late.</summary>
    public const string TooLate = "dispute.too-late";

    /// <summary>The record is not decided yet.</summary>
    public const string TooEarly = "dispute.too-early";

    /// <summary>Nothing is said, or too much.</summary>
    public const string BadText = "dispute.bad-text";

    /// <summary>A dispute about it waits already.</summary>
    public const string OneWaits = "dispute.one-waits";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        ServiceRecord record = await there.Db.Set<ServiceRecord>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == there.Book
            && row.ServiceRecordId == Record && row.PersonId == me.PersonId, ct) ?? throw new RefusedException(ServiceRecord.Unknown);
        string text = PlainText.Of(Text);
        if (text.Length is 0 or > 500)
        {
            throw new RefusedException(BadText, ("limit", 500));
        }

        LocalDate last = await LastDay(there, record, ct) ?? throw new RefusedException(TooEarly);
        if (there.Today > last)
        {
            throw new RefusedException(TooLate, ("last", last));
        }

        if (await there.Db.Set<RecordDispute>().AnyAsync(row => row.BookId == there.Book && row.ServiceRecordId == Record
            && row.State == DisputeState.Open, ct))
        {
            throw new RefusedException(OneWaits);
        }

        RecordDispute dispute = new()
        {
            BookId = there.Book,
            ServiceRecordId = Record,
            Text = text,
            RaisedBy = me.PersonId,
            RaisedAt = work.Now,
        };
        there.Db.Add(dispute);
        await there.Db.SaveChangesAsync(ct);
        return dispute.RecordDisputeId;
    }

    /// <summary>The last day on which the record may be disputed; null while it is not decided.</summary>
    internal static async Task<LocalDate?> LastDay(Work work, ServiceRecord record, CancellationToken ct)
    {
        Instant? decided = record.State switch
        {
            RecordState.Posted => record.PostedAt,
            RecordState.Dropped => await work.Db.Set<Activity>().Where(row => row.BookId == work.Book && row.ActivityId == record.ActivityId)
                .Select(row => row.EndedAt).SingleOrDefaultAsync(ct) ?? record.WrittenAt,
            _ => null,
        };
        short days = await work.Db.Set<ProgrammeRule>().Where(row => row.BookId == work.Book && row.ProgrammeRuleId == record.ProgrammeRuleId)
            .Select(row => row.DisputeDays).SingleAsync(ct);
        return decided is { } at ? ActivityClock.Local(at).Date.PlusDays(days) : null;
    }
}

/// <summary>A coordinator who did not confirm the record answers. If the volunteer is right, a correction follows.</summary>
public sealed record AnswerDispute(Guid Key, long Dispute, bool Upholds, [property: Personal] string Answer) : Command<Done>(Key)
{
    /// <summary>It is not there, or answered.</summary>
    public const string Gone = "dispute.gone";

    /// <summary>Whoever confirmed the record, served, or is close to who served, does not answer.</summary>
    public const string Own = "dispute.own";

    /// <summary>Nobody says why.</summary>
    public const string ReasonMissing = "dispute.reason-missing";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Programme.Hands).For(await (
        from dispute in work.Db.Set<RecordDispute>()
        join record in work.Db.Set<ServiceRecord>() on new { dispute.BookId, dispute.ServiceRecordId }
            equals new { record.BookId, record.ServiceRecordId }
        where dispute.BookId == work.Book && dispute.RecordDisputeId == Dispute
        select record.FundId).FirstOrDefaultAsync(ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from record_dispute where book_id = {work.Book} and record_dispute_id = {Dispute} for no key update", ct);
        RecordDispute dispute = await work.Db.Set<RecordDispute>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.RecordDisputeId == Dispute && row.State == DisputeState.Open, ct) ?? throw new RefusedException(Gone);
        ServiceRecord record = await work.Db.Set<ServiceRecord>().AsNoTracking().SingleAsync(row => row.BookId == work.Book
            && row.ServiceRecordId == dispute.ServiceRecordId, ct);
        if (record.ConfirmedBy == work.ActorId || await Member.AreClose(work, record.PersonId, work.ActorId, ct))
        {
            throw new RefusedException(Own);
        }

        string answer = PlainText.Of(Answer);
        if (answer.Length is 0 or > 500)
        {
            throw new RefusedException(ReasonMissing, ("limit", 500));
        }

        (dispute.State, dispute.Answer, dispute.AnsweredBy, dispute.AnsweredAt) =
            (Upholds ? DisputeState.Upheld : DisputeState.Rejected, answer, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
