using CommunityFund.Audits;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Audits;

/// <summary>A paper of an answer, as a download and never as a page.</summary>
public sealed class PaperModel : FundPage
{
    public async Task<IActionResult> OnGetAsync(long remark, long id)
    {
        FiledPaper? paper = null;
        return await Try(async () => paper = await Session.Ask(new RemarkPaper(remark, id), Ct))
            ? this.Download(paper!.Name, paper.Format, paper.Content) : Page();
    }
}
