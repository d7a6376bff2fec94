using CommunityFund.Stock;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Stock;

/// <summary>Goods by fund, item and place, beside what the books say.</summary>
public sealed class IndexModel : FundPage
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public StockBoardView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new StockBoard(), Ct));

    public async Task<IActionResult> OnGetWorkbookAsync() =>
        await Try(async () => View = await Session.Download(new StockBoard(), Ct))
            ? File(StockWorkbook.Draw(View!, W), Xlsx, StockWorkbook.FileName(W["stock.title"], View!.Body)) : Page();

    public async Task<IActionResult> OnPostSettleAsync(long id)
    {
        GoodsAnswer? answer = null;
        if (await Try(async () => answer = await Session.Run(new SettleStockCount(FormKey, id), Ct)))
        {
            return answer!.Voucher is { } voucher ? RedirectToPage("/Vouchers/Show", new { id = voucher })
                : RedirectToPage("Paper", new { id = answer.Paper });
        }

        var no = Refusal;
        await OnGetAsync();
        Refusal = no;
        return Page();
    }
}
