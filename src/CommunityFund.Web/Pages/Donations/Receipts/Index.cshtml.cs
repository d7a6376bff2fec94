using CommunityFund.Donations.Receipts;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations.Receipts;

/// <summary>The register of official receipts.</summary>
public sealed class IndexModel : FundPage
{
    private const int Size = 50;

    [BindProperty(SupportsGet = true)]
    public ReceiptState? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Text { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public ReceiptItems? View { get; private set; }

    public Pager Pager => new(Number, Size, View!.Total);

    public async Task OnGetAsync()
    {
        ModelState.Clear();
        Number = Math.Clamp(Number, 1, 1_000_000);
        await Try(async () => View = await Session.Ask(new ReceiptList(State, Text ?? "", Number, Size), Ct));
    }
}
