using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Holders;

namespace CommunityFund.Web.Hosting;

/// <summary>The calendar of points: once a day what is free of points whose last day is over expires, in every time bank whose rule is approved,
/// as the operator.</summary>
internal sealed class DuePoints(Foundation foundation, Words words, ILogger<DuePoints> log)
    : BookRounds(foundation, words, log, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1))
{
    protected override async Task Look(BookToCheck book, FundSession session, CancellationToken ct)
    {
        foreach (int programme in await session.Ask(new ProgrammesToExpire(), ct))
        {
            await Expire(book, session, programme, ct);
        }
    }

    private async Task Expire(BookToCheck book, FundSession session, int programme, CancellationToken ct)
    {
        ExpiredPoints expired;
        do
        {
            expired = await session.Run(new ExpirePoints(Guid.NewGuid(), programme), ct);
            if (expired.Points > 0)
            {
                log.LogInformation("{Book}: {Points} points of {Holders} holders expired", book.Code, expired.Points, expired.Holders);
            }
        }
        while (expired.Points > 0);
    }
}
