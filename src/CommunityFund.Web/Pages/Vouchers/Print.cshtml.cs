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

    public string Body { get; private set; } = "";

    public IReadOnlyList<VoucherSlip> Slips { get; private set; } = [];

    public async Task OnGetAsync()
    {
        ModelState.Clear();
        Body = (await WhoAmI()).Body;
        if (!await Try(async () => Found = await Ask()))
        {
            return;
        }

        if (Id is null && Period is null && Found!.Periods.Count > 0)
        {
            Period = Found.Periods[0];
            await Try(async () => Found = await Ask());
        }

        Slips = [.. Found!.Vouchers.SelectMany(voucher => VoucherSlip.Of(voucher, W))];
    }

    private Task<PrintedVouchers> Ask() => Session.Ask(new VouchersToPrint(Id, Period, Series ?? "", From, To), Ct);
}
