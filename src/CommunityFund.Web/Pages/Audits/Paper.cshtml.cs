using CommunityFund.Audits;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace CommunityFund.Web.Pages.Audits;

/// <summary>A paper of an answer, as a download and never as a page.</summary>
public sealed class PaperModel : FundPage
{
    private const string Policy = "sandbox; default-src 'none'; frame-ancestors 'none'";

    public async Task<IActionResult> OnGetAsync(long remark, long id)
    {
        FiledPaper? paper = null;
        if (!await Try(async () => paper = await Session.Ask(new RemarkPaper(remark, id), Ct)))
        {
            return Page();
        }

        Response.Headers.ContentSecurityPolicy = Policy;
        ContentDispositionHeaderValue disposition = new("attachment");
        disposition.SetHttpFileName(DocumentName.ForDownload(paper!.Name, paper.Format));
        Response.Headers.ContentDisposition = disposition.ToString();
        return File(paper.Content, DocumentName.MediaTypeOf(paper.Format));
    }
}
