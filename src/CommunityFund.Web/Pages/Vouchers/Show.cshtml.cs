using CommunityFund.Books;
using CommunityFund.Vouchers;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Vouchers;

public sealed class ShowModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public VoucherView? Voucher { get; private set; }

    public Waiting Queue { get; private set; } = new(null, 0);

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostReviewAsync() => Decide(async () =>
    {
        PostedNumber posted = await Session.Run(new ReviewVoucher(FormKey, Id), Ct);
        VoucherView voucher = await Session.Ask(new VoucherPage(Id), Ct);
        Said = W["voucher.said.posted", W.NumberOf(posted.Series, posted.Number), W.PeriodOf(voucher.Period)];
    });

    public Task<IActionResult> OnPostRejectAsync() => Decide(async () =>
    {
        await Session.Run(new RejectVoucher(FormKey, Id, Reason ?? ""), Ct);
        Said = W["voucher.said.rejected"];
    });

    public Task<IActionResult> OnPostWithdrawAsync() => Decide(async () =>
    {
        await Session.Run(new WithdrawVoucher(FormKey, Id), Ct);
        Said = W["voucher.said.withdrawn"];
    });

    private async Task<IActionResult> Decide(Func<Task> decision)
    {
        if (await Try(decision))
        {
            return RedirectToPage("Show", new { id = Id });
        }

        if (Refusal!.Code == RejectVoucher.ReasonMissing)
        {
            ModelState.AddModelError(nameof(Reason), W.Of(Refusal));
        }

        await Load();
        return Page();
    }

    private async Task Load()
    {
        await Try(async () =>
        {
            Voucher = await Session.Ask(new VoucherPage(Id), Ct);
            Queue = await Session.Ask(new NextWaiting(), Ct);
        });
    }
}
