using CommunityFund.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Documents;

/// <summary>
/// A document as a download, never as a page: what it is was told from its bytes, the browser is not to guess, and should it open it
/// all the same, nothing in it runs. A picture may be drawn small beside its name; drawing runs nothing either.
/// </summary>
public sealed class FileModel : FundPage
{
    public async Task<IActionResult> OnGetAsync(string? id)
    {
        DocumentContent? file = null;
        if (!await Try(async () => file = await Session.Ask(new DocumentFile(id ?? ""), Ct)))
        {
            Response.StatusCode = Refusal!.Code == DocumentFile.Unknown ? StatusCodes.Status404NotFound : Response.StatusCode;
            return Page();
        }

        return this.Download(file!.Name, file.Format, file.Content);
    }
}
