using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>The last closed month, for those who verify the books of all funds; null for everybody else, and while none is closed.</summary>
public sealed record PackageForMe : Query<MonthOfPackage?>
{
    internal override Need Needs => Need.Person;

    internal override async Task<MonthOfPackage?> Answer(Work work, CancellationToken ct) =>
        work.Rights.ReachesAll(Role.FinanceOffice, Role.Panel) ? (await new ClosedMonths().Answer(work, ct)).FirstOrDefault() : null;
}
