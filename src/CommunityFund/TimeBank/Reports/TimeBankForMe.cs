using CommunityFund.Books;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Redemptions;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Reports;

/// <summary>What waits for a coordinator.</summary>
/// <param name="Records">Service that nobody has confirmed, and whose times another wrote down.</param>
/// <param name="Disputes">Disputes without an answer, and corrections and historic hours that another proposed.</param>
/// <param name="Requests">Requests of neighbours for which nobody is found.</param>
/// <param name="Urgent">Those of them that are urgent.</param>
/// <param name="Hours">Hours for elders and takings back that another proposed.</param>
/// <param name="Items">Items of the catalogue that another proposed.</param>
/// <param name="Rules">Rules that another proposed.</param>
public sealed record TimeBankToDo(int Records, int Disputes, int Requests, int Urgent, int Hours, int Items, int Rules)
{
    public bool IsEmpty => Records + Disputes + Requests + Hours + Items + Rules == 0;
}

/// <summary>What waits for me in the time banks that I run.</summary>
public sealed record TimeBankForMe : Query<TimeBankToDo>
{
    internal override Need Needs => Need.Any(Programme.Hands);

    internal override async Task<TimeBankToDo> Answer(Work work, CancellationToken ct)
    {
        long? me = work.Actor;
        LocalDate today = work.Today;
        int[] funds = [.. (await Programme.Mine(work, ct)).Select(fund => fund.FundId).Where(fund => work.Rights.Reaches(Programme.Hands, fund))];
        IQueryable<ServiceRecord> records = work.Db.Set<ServiceRecord>().Where(row => row.BookId == work.Book && funds.Contains(row.FundId));
        IQueryable<ServiceRequest> open = work.Db.Set<ServiceRequest>().Where(row => row.BookId == work.Book && funds.Contains(row.FundId)
            && row.State == ServiceState.Open && row.WantedOn >= today);
        return new TimeBankToDo(
            await records.CountAsync(row => row.State == RecordState.Open && row.Grade != EvidenceGrade.Legacy && row.TickedInBy != me
                && row.TickedOutBy != me, ct),
            await Disputes(work, records, me, ct), await open.CountAsync(ct), await open.CountAsync(row => row.IsUrgent, ct),
            await work.Db.Set<HourGrant>().CountAsync(row => row.BookId == work.Book && funds.Contains(row.FundId)
                && row.State == TwoHandState.Waiting && row.ProposedBy != me, ct)
            + await work.Db.Set<UnitUndo>().CountAsync(row => row.BookId == work.Book && funds.Contains(row.FundId)
                && row.State == TwoHandState.Waiting && row.ProposedBy != me, ct),
            await work.Db.Set<CatalogueItem>().CountAsync(row => row.BookId == work.Book && funds.Contains(row.FundId)
                && row.State == CatalogueState.Waiting && row.ProposedBy != me, ct),
            await work.Db.Set<ProgrammeRule>().CountAsync(row => row.BookId == work.Book && funds.Contains(row.FundId)
                && row.State == ProgrammeRuleState.Waiting && row.ProposedBy != me, ct));
    }

    private static async Task<int> Disputes(Work work, IQueryable<ServiceRecord> records, long? me, CancellationToken ct) =>
        await records.CountAsync(row => work.Db.Set<RecordDispute>().Any(each => each.BookId == row.BookId
            && each.ServiceRecordId == row.ServiceRecordId && each.State == DisputeState.Open), ct)
        + await records.CountAsync(row => work.Db.Set<RecordCorrection>().Any(each => each.BookId == row.BookId
            && each.ServiceRecordId == row.ServiceRecordId && each.State == CorrectionState.Waiting && each.ProposedBy != me), ct)
        + await records.CountAsync(row => row.State == RecordState.Open && row.Grade == EvidenceGrade.Legacy && row.TickedInBy != me, ct);
}
