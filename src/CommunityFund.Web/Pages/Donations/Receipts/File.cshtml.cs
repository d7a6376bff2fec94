using CommunityFund.Documents;
using CommunityFund.Donations.Receipts;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations.Receipts;

/// <summary>The file of a receipt, as a download and never as a page.</summary>
public sealed class FileModel : FundPage
{
    public async Task<IActionResult> OnGetAsync(long receipt, string? id)
    {
        ReceiptFileContent? file = null;
        return await Try(async () => file = await Session.Ask(new ReceiptFileOf(receipt, id ?? ""), Ct))
            ? this.Download(file!.Name, file.Format, file.Content) : Page();
    }
}
