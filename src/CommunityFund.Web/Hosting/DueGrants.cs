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
internal sealed class DueGrants(Foundation foundation, Words words, ILogger<DueGrants> log) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(2), Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(First, stoppingToken);
            using PeriodicTimer timer = new(Every);
            do
            {
                await Look(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping is deliberate; what is due stays due.
        }
    }

    private async Task Look(CancellationToken ct)
    {
        try
        {
            foreach (BookToCheck book in await foundation.Operator().Ask(new BooksToCheck(), ct))
            {
                FundSession calendar = foundation.Operator(book.BookId);
                int corrections = await calendar.Run(new TimeOutCorrections(Guid.NewGuid()), ct);
                int agreements = await calendar.Run(new TimeOutAgreements(Guid.NewGuid()), ct);
                int tranches = await calendar.Run(new TimeOutRequests(Guid.NewGuid()), ct);
                if (corrections + agreements + tranches > 0)
                {
                    log.LogInformation("{Book}: {Corrections} corrections and {Agreements} agreements lapsed, {Tranches} tranches moved", book.Code,
                        corrections, agreements, tranches);
                }

                int late = await calendar.Run(new SuspendLateGrants(Guid.NewGuid()), ct);
                int closings = await calendar.Run(new TimeOutGrants(Guid.NewGuid()), ct);
                if (late + closings > 0)
                {
                    log.LogInformation("{Book}: {Late} grants suspended, their report is late; {Closings} came to their last day", book.Code, late,
                        closings);
                }

                int held = await calendar.Run(new HoldOverdueAdvances(Guid.NewGuid()), ct);
                int opened = await calendar.Run(new OpenDueTranches(Guid.NewGuid()), ct);
                if (held + opened > 0)
                {
                    log.LogInformation("{Book}: {Held} tranches held or freed, {Opened} opened", book.Code, held, opened);
                }
            }
        }
        catch (RefusedException refused) when (FundSession.IsAway(refused.Refusal))
        {
            // It comes back; the next hour is soon enough.
        }
        catch (Exception failed) when (!ct.IsCancellationRequested)
        {
            log.LogError("Due grants: {Words}", failed is RefusedException refused ? words.Of(refused.Refusal) : failed.Message);
        }
    }
}
