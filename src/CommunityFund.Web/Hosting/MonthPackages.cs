using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Exports;
using CommunityFund.Ledger;

namespace CommunityFund.Web.Hosting;

/// <summary>Makes the audit packages of closed months while nobody waits for them, one at a time.</summary>
internal sealed class MonthPackages(Foundation foundation, MonthShelf shelf, Words words, ILogger<MonthPackages> log)
    : BookRounds(foundation, words, log, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1))
{
    protected override async Task Look(BookToCheck book, FundSession session, CancellationToken ct)
    {
        // Nobody's language but that of the house.
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        while (await shelf.MakeNext(session, ct) is { } month)
        {
            log.LogInformation("{Book}: the audit package of {Month} is ready", book.Code, month);
        }
    }
}
