using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Documents;

/// <summary>A paper that is filed with a register, as a download and never as a page.</summary>
public sealed class FiledModel : FundPage
{
    public async Task<IActionResult> OnGetAsync(long id)
    {
        FiledPaper? paper = null;
        return await Try(async () => paper = await Session.Ask(new ReadFiledPaper(id), Ct))
            ? this.Download(paper!.Name, paper.Format, paper.Content) : Page();
    }
}
