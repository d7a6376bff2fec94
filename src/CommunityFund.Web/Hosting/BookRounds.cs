using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;

namespace CommunityFund.Web.Hosting;

/// <summary>What the site does by itself in every book from time to time, as the operator. Where the database is away or something fails, the log
/// says so and the next round tries again.</summary>
/// <param name="first">How long after the start: the first visitors are answered before.</param>
internal abstract class BookRounds(Foundation foundation, Words words, ILogger log, TimeSpan first, TimeSpan every) : BackgroundService
{
    /// <summary>One book's turn.</summary>
    protected abstract Task Look(BookToCheck book, FundSession session, CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(first, stoppingToken);
            using PeriodicTimer timer = new(every);
            do
            {
                await Round(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping is deliberate; what is due stays due, and what was half made is made again.
        }
    }

    private async Task Round(CancellationToken ct)
    {
        try
        {
            foreach (BookToCheck book in await foundation.Operator().Ask(new BooksToCheck(), ct))
            {
                await Look(book, foundation.Operator(book.BookId), ct);
            }
        }
        catch (RefusedException refused) when (FundSession.IsAway(refused.Refusal))
        {
            // It comes back; the next round is soon enough.
        }
        catch (Exception failed) when (!ct.IsCancellationRequested)
        {
            log.LogError("{Rounds}: {Words}", GetType().Name, failed is RefusedException refused ? words.Of(refused.Refusal) : failed.Message);
        }
    }
}
