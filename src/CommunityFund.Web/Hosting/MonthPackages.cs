using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Exports;
using CommunityFund.Ledger;

namespace CommunityFund.Web.Hosting;

/// <summary>Makes the audit packages of closed months while nobody waits for them, one at a time and as the operator.</summary>
internal sealed class MonthPackages(Foundation foundation, MonthShelf shelf, Words words, ILogger<MonthPackages> log) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1), Every = TimeSpan.FromMinutes(1);

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
            // What was half made is made again the next time.
        }
    }

    private async Task Look(CancellationToken ct)
    {
        try
        {
            // Nobody's language but that of the house.
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
            foreach (BookToCheck book in await foundation.Operator().Ask(new BooksToCheck(), ct))
            {
                while (await shelf.MakeNext(foundation.Operator(book.BookId), ct) is { } month)
                {
                    log.LogInformation("{Book}: the audit package of {Month} is ready", book.Code, month);
                }
            }
        }
        catch (RefusedException refused) when (FundSession.IsAway(refused.Refusal))
        {
            // It comes back; the next minute is soon enough.
        }
        catch (Exception failed) when (!ct.IsCancellationRequested)
        {
            log.LogError("Audit packages: {Words}", failed is RefusedException refused ? words.Of(refused.Refusal) : failed.Message);
        }
    }
}
