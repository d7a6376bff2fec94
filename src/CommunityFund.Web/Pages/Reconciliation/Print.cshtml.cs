using CommunityFund.Banking.Reconciling;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Reconciliation;

/// <summary>余额调节表 as it is signed and bound: A4, with room for three signatures.</summary>
public sealed class PrintModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public ReconciliationView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new ReconciliationPage(Id), Ct));

    /// <summary>What each side lacks, line by line, the shorter side filled up.</summary>
    public static IEnumerable<(OpenItem? Books, OpenItem? Bank)> Beside(IReadOnlyList<OpenItem> books, IReadOnlyList<OpenItem> bank) =>
        Enumerable.Range(0, Math.Max(1, Math.Max(books.Count, bank.Count)))
            .Select(at => (books.ElementAtOrDefault(at), bank.ElementAtOrDefault(at)));
}
