using CommunityFund.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Documents;

public sealed class ShowModel : FundPage
{
    public DocumentView? Document { get; private set; }

    public async Task OnGetAsync([FromQuery] string? id)
    {
        if (!await Try(async () => Document = await Session.Ask(new DocumentPage(id ?? ""), Ct))
            && Refusal!.Code == DocumentFile.Unknown)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
