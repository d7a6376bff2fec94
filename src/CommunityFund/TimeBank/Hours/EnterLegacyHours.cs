using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>历史: hours of one person from before the programme, from a paper that proves them. Another coordinator confirms;
/// only here minutes are typed.</summary>
/// <param name="Until">The last day on which they were served.</param>
public sealed record EnterLegacyHours(
    Guid Key, int Programme, long Person, string Role, int Minutes, LocalDate Until, [property: Personal] string Reason,
    IReadOnlyList<Enclosure> Papers)
    : Command<long>(Key)
{
    /// <summary>No minutes, or more than anybody serves.</summary>
    public const string BadMinutes = "legacy.bad-minutes";

    /// <summary>The day has not come.</summary>
    public const string BadDay = "legacy.bad-day";

    /// <summary>Nobody says where they come from.</summary>
    public const string ReasonMissing = "legacy.reason-missing";

    // Forty hours a week for ten years.
    private const int MostMinutes = 1_248_000;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Programmes.Programme.Hands).For(Programme));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund programme = await Programmes.Programme.Of(work, Programme, ct);
        Member member = await Member.Of(work, Programme, Person, ct);
        (string reason, string role) = (PlainText.Of(Reason), PlainText.Of(Role));
        if (Minutes is < 1 or > MostMinutes)
        {
            throw new RefusedException(BadMinutes, ("limit", Amount.OfUnits(MostMinutes, Commodity.Hour)));
        }

        if (Until > work.Today)
        {
            throw new RefusedException(BadDay, ("day", Until), ("today", work.Today));
        }

        if (reason.Length is 0 or > 200)
        {
            throw new RefusedException(ReasonMissing, ("limit", 200));
        }

        ProgrammeRule rule = await ProgrammeRule.On(work, programme, work.Today, ct);
        List<ProgrammeRate> rates = await work.Db.Set<ProgrammeRate>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.ProgrammeRuleId == rule.ProgrammeRuleId && row.Role == role).ToListAsync(ct);
        if (rates.Count == 0)
        {
            throw new RefusedException(Activities.SignUpMember.NoSuchRole, ("role", role));
        }

        int rate = member.Kind == MemberKind.Group ? 0 : rates.SingleOrDefault(row => row.Grade == EvidenceGrade.Legacy)?.PointsPerHour ?? 0;
        ServiceRecord record = new()
        {
            BookId = work.Book,
            FundId = Programme,
            PersonId = Person,
            Role = role,
            Grade = EvidenceGrade.Legacy,
            Day = Until,
            ProjectClass = "",
            ProgrammeRuleId = rule.ProgrammeRuleId,
            PointsPerHour = rate,
            RoundingMinutes = 1,
            CapMinutes = Minutes,
            RawMinutes = Minutes,
            RoundedMinutes = Minutes,
            CutActivity = 0,
            CutDay = 0,
            CreditedMinutes = Minutes,
            Points = checked((int)((long)Minutes * rate / 60)),
            TickedInBy = work.ActorId,
            FiledDocumentId = await FiledDocument.Keep(work, Papers, ct),
            Reason = reason,
            WrittenAt = work.Now,
        };
        work.Db.Add(record);
        await work.Db.SaveChangesAsync(ct);
        return record.ServiceRecordId;
    }
}

/// <summary>Another coordinator confirms hours from before the programme, which are then in the books; or they are dropped.</summary>
public sealed record DecideLegacyHours(Guid Key, long Record, bool Agrees) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Programme.Hands).For(
        await work.Db.Set<ServiceRecord>().Where(row => row.BookId == work.Book && row.ServiceRecordId == Record).Select(row => row.FundId)
            .FirstOrDefaultAsync(ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from service_record where book_id = {work.Book} and service_record_id = {Record} for no key update", ct);
        ServiceRecord record = await work.Db.Set<ServiceRecord>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.ServiceRecordId == Record && row.Grade == EvidenceGrade.Legacy && row.State == RecordState.Open, ct)
            ?? throw new RefusedException(Confirmation.Gone);
        if (!Agrees)
        {
            await work.Db.Database.ExecuteSqlAsync(
                $"update service_record set state = 'dropped' where book_id = {work.Book} and service_record_id = {Record}", ct);
            return Done.It;
        }

        if (record.TickedInBy == work.ActorId)
        {
            throw new RefusedException(Confirmation.OwnList, ("person", await Confirmation.Name(work, record.PersonId, ct)));
        }

        if (await Member.AreClose(work, record.PersonId, work.ActorId, ct))
        {
            throw new RefusedException(Confirmation.Close, ("person", await Confirmation.Name(work, record.PersonId, ct)));
        }

        await Confirmation.Confirm(work, [record], work.ActorId, ct);
        await new HoursBooking(work, await work.FundById(record.FundId, ct), work.Today).Post([record], "历史服务时间", ct);
        return Done.It;
    }
}
