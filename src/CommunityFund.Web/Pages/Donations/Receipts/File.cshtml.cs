using CommunityFund.Documents;
using CommunityFund.Donations.Receipts;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace CommunityFund.Web.Pages.Donations.Receipts;

/// <summary>The file of a receipt, as a download and never as a page.</summary>
public sealed class FileModel : FundPage
{
    private const string Policy = "sandbox; default-src 'none'; frame-ancestors 'none'";

    public async Task<IActionResult> OnGetAsync(long receipt, string? id)
    {
        ReceiptFileContent? file = null;
        if (!await Try(async () => file = await Session.Ask(new ReceiptFileOf(receipt, id ?? ""), Ct)))
        {
            return Page();
        }

        Response.Headers.ContentSecurityPolicy = Policy;
        ContentDispositionHeaderValue disposition = new("attachment");
        disposition.SetHttpFileName(DocumentName.ForDownload(file!.Name, file.Format));
        Response.Headers.ContentDisposition = disposition.ToString();
        return File(file.Content, DocumentName.MediaTypeOf(file.Format));
    }
}
