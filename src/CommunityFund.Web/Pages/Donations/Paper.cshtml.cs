using CommunityFund.Documents;
using CommunityFund.Donations;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>A paper of an agreement, as a download and never as a page.</summary>
public sealed class PaperModel : FundPage
{
    public async Task<IActionResult> OnGetAsync(long agreement, string? id)
    {
        AgreementPaperContent? paper = null;
        return await Try(async () => paper = await Session.Ask(new AgreementPaperFile(agreement, id ?? ""), Ct))
            ? this.Download(paper!.Name, paper.Format, paper.Content) : Page();
    }
}
