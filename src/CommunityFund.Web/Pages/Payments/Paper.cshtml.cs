using CommunityFund.Documents;
using CommunityFund.Payments;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>A paper of a claim or bill, as a download and never as a page.</summary>
public sealed class PaperModel : FundPage
{
    public async Task<IActionResult> OnGetAsync(long debt, string? id)
    {
        DebtPaperContent? paper = null;
        return await Try(async () => paper = await Session.Ask(new DebtPaper(debt, id ?? ""), Ct))
            ? this.Download(paper!.Name, paper.Format, paper.Content) : Page();
    }
}
