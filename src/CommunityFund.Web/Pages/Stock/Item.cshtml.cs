using CommunityFund.Stock;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Stock;

/// <summary>One item: its lots and everything that happened to it.</summary>
public sealed class ItemModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public StockItemView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new StockItemPage(Id), Ct));

    public async Task<IActionResult> OnPostRecallAsync(long lot, string? reason)
    {
        if (await Try(() => Session.Run(new RecallGoods(FormKey, lot, reason ?? ""), Ct)))
        {
            Said = W["goods.said-recalled"];
            return RedirectToPage(new { Id });
        }

        var no = Refusal;
        await OnGetAsync();
        Refusal = no;
        return Page();
    }
}
