using CommunityFund.Books;
using CommunityFund.Vouchers;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Vouchers;

/// <summary>Vouchers as they are bound: two on a sheet of A4, one or a month's.</summary>
public sealed class PrintModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long? Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Period { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Series { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? To { get; set; }

    public PrintedVouchers? Found { get; private set; }

    /// <summary>Halves of a sheet that it will take.</summary>
    public int Slips { get; private set; }

    public async Task OnGetAsync()
    {
        ModelState.Clear();
        if (!await Try(async () => Found = await Ask(Session.Ask)))
        {
            return;
        }

        if (Id is null && Period is null && Found!.Periods.Count > 0)
        {
            Period = Found.Periods[0];
            await Try(async () => Found = await Ask(Session.Ask));
        }

        Slips = Found!.Vouchers.Sum(voucher => VoucherSlip.Of(voucher, W).Count);
    }

    public async Task<IActionResult> OnGetPdfAsync()
    {
        ModelState.Clear();
        Identity who = await WhoAmI();
        return await TakePdf(async () =>
        {
            Found = await Ask(Session.Download);
            Slips = Found.Vouchers.Sum(voucher => VoucherSlip.Of(voucher, W).Count);
            return VoucherPaper.Of(Found.Vouchers, who.Body, W);
        });
    }

    private Task<PrintedVouchers> Ask(Func<VouchersToPrint, CancellationToken, Task<PrintedVouchers>> ask) =>
        ask(new VouchersToPrint(Id, Period, Series ?? "", From, To), Ct);
}
