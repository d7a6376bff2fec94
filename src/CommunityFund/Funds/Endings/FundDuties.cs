using CommunityFund.Books;
using CommunityFund.Funds.Fees;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds.Endings;

/// <summary>Something that has to be published about a closed fund.</summary>
public sealed record DisclosureTask(long Id, DisclosureKind Kind, LocalDate DueOn, bool IsLate);

/// <summary>What stands open about a fund beside its decisions and transfers.</summary>
/// <param name="FeePercent">The fund's own fee in force today; null if none was agreed.</param>
public sealed record FundDutiesView(
    int FundId, IReadOnlyList<DisclosureTask> Disclosures, EndingState? Ending, int PurposeCases, int FeeRules,
        decimal? FeePercent, bool MayNote,
    bool MayChange);

/// <summary>What has to be done about a fund: to publish, to agree to, to finish.</summary>
public sealed record FundDuties(int Fund) : Query<FundDutiesView>
{
    internal override Need Needs => Need.Any(FundNumbers.Readers).For(Fund);

    internal override async Task<FundDutiesView> Answer(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        List<FundDisclosure> tasks = await work.Db.Set<FundDisclosure>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == Fund
                && row.DoneAt == null).OrderBy(row => row.DueOn).ToListAsync(ct);
        EndingState? ending = await work.Db.Set<FundEnding>().Where(row => row.BookId == work.Book && row.FundId == Fund
            && (row.State == EndingState.Proposed
                || row.State == EndingState.Agreed)).Select(row => (EndingState?)row.State).SingleOrDefaultAsync(ct);
        int cases = await work.Db.Set<PurposeChange>().CountAsync(row => row.BookId == work.Book && row.FundId == Fund
            && (row.State == PurposeChangeState.Open || row.State == PurposeChangeState.Agreed
                || row.State == PurposeChangeState.Prepared), ct);
        List<FeeRule> rules = await work.Db.Set<FeeRule>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.FundId == Fund
            && row.State != FeeRuleState.Dropped).ToListAsync(ct);
        FeeRule? inForce = rules.Where(row => row.State == FeeRuleState.Confirmed && row.Agreement.Length == 0
            && row.FromDay <= work.Today)
            .MaxBy(row => row.FromDay);
        return new FundDutiesView(
            Fund, [.. tasks.Select(row => new DisclosureTask(row.FundDisclosureId, row.Kind, row.DueOn,
                row.DueOn < work.Today))], ending, cases,
            rules.Count(row => row.State == FeeRuleState.Proposed), inForce?.Basis / 100m,
                work.Rights.Reaches(FundSigners.Signing, Fund),
            fund.IsOwn && fund.State != FundState.Closed && work.Rights.Reaches(FundSigners.Signing, Fund));
    }
}
