using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Screening;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;

namespace CommunityFund.Web.Hosting;

/// <summary>The calendar of grants: once an hour it lets lapse what nobody corrected or signed in time, holds what an overdue advance bears on and
/// opens what waited for its day, in every book, as the operator. Several sites that do it at once do it once, for each case is locked and
/// looked at again.</summary>
internal sealed class DueGrants(Foundation foundation, Words words, ILogger<DueGrants> log)
    : BookRounds(foundation, words, log, TimeSpan.FromMinutes(2), TimeSpan.FromHours(1))
{
    protected override async Task Look(BookToCheck book, FundSession session, CancellationToken ct)
    {
        int corrections = await session.Run(new TimeOutCorrections(Guid.NewGuid()), ct);
        int agreements = await session.Run(new TimeOutAgreements(Guid.NewGuid()), ct);
        int tranches = await session.Run(new TimeOutRequests(Guid.NewGuid()), ct);
        if (corrections + agreements + tranches > 0)
        {
            log.LogInformation("{Book}: {Corrections} corrections and {Agreements} agreements lapsed, {Tranches} tranches moved", book.Code,
                corrections, agreements, tranches);
        }

        int late = await session.Run(new SuspendLateGrants(Guid.NewGuid()), ct);
        int closings = await session.Run(new TimeOutGrants(Guid.NewGuid()), ct);
        if (late + closings > 0)
        {
            log.LogInformation("{Book}: {Late} grants suspended, their report is late; {Closings} came to their last day", book.Code, late,
                closings);
        }

        int held = await session.Run(new HoldOverdueAdvances(Guid.NewGuid()), ct);
        int opened = await session.Run(new OpenDueTranches(Guid.NewGuid()), ct);
        if (held + opened > 0)
        {
            log.LogInformation("{Book}: {Held} tranches held or freed, {Opened} opened", book.Code, held, opened);
        }
    }
}
