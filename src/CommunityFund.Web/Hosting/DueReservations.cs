using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Redemptions;

namespace CommunityFund.Web.Hosting;

/// <summary>The calendar of reservations: what was not collected in time is given back, in every book, as the operator. It looks once an hour, so
/// that a site that was off at midnight does it when it comes up; each reservation is locked and looked at again.</summary>
internal sealed class DueReservations(Foundation foundation, Words words, ILogger<DueReservations> log)
    : BookRounds(foundation, words, log, TimeSpan.FromMinutes(3), TimeSpan.FromHours(1))
{
    protected override async Task Look(BookToCheck book, FundSession session, CancellationToken ct)
    {
        int released = await session.Run(new TimeOutReservations(Guid.NewGuid()), ct);
        if (released > 0)
        {
            log.LogInformation("{Book}: {Released} reservations were not collected in time and given back", book.Code, released);
        }
    }
}
