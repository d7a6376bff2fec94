using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Acquittals;

/// <summary>票据夹: receipts of a project, how far the budget is used, what is open of each tranche.</summary>
public sealed class FolderModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public long Receipt { get; set; }

    public ReceiptFolderView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostDropAsync() => Do(async () =>
    {
        await Session.Run(new DropReceipt(FormKey, Receipt), Ct);
        return "acquittals.said-dropped";
    }, Load, new { id = Id });

    /// <summary>The picture of a receipt, shown beside its line.</summary>
    public async Task<IActionResult> OnGetPhotoAsync(long receipt, bool sheet = false)
    {
        FiledPaper? file = null;
        return await Try(async () => file = await Session.Ask(new ReadReceiptPaper(receipt, sheet), Ct)) ? this.ShowPicture(file!) : Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new ReceiptFolder(Id), Ct));
}
