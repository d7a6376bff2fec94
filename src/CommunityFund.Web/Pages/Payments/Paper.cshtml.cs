using CommunityFund.Documents;
using CommunityFund.Payments;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>A paper of a claim or bill, as a download and never as a page.</summary>
public sealed class PaperModel : FundPage
{
    private const string Policy = "sandbox; default-src 'none'; frame-ancestors 'none'";

    public async Task<IActionResult> OnGetAsync(long debt, string? id)
    {
        DebtPaperContent? paper = null;
        if (!await Try(async () => paper = await Session.Ask(new DebtPaper(debt, id ?? ""), Ct)))
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
