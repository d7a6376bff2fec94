using CommunityFund.Vouchers;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Vouchers;

/// <summary>Statements know entries by their place in the journal; this leads to the voucher.</summary>
public sealed class EntryModel : FundPage
{
    public async Task<IActionResult> OnGetAsync(long no)
    {
        long voucher = 0;
        return await Try(async () => voucher = await Session.Ask(new VoucherOfEntry(no), Ct))
            ? RedirectToPage("Show", new { id = voucher }) : Page();
    }
}
