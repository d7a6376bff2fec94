using CommunityFund.Audits;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Donations;
using CommunityFund.Vouchers;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Vouchers;

[RequestSizeLimit(EnclosedForm.LargestRequest), RequestFormLimits(MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class ShowModel : FundPage
{
    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public VoucherView? Voucher { get; private set; }

    /// <summary>The voucher and those that are decided together with it.</summary>
    public IReadOnlyList<VoucherView> Sheets { get; private set; } = [];

    /// <summary>How an accountant may put it right; null for everybody else, and while it is not posted.</summary>
    public CorrectionWays? Ways { get; private set; }

    /// <summary>Where a dropped voucher is written anew: a correction beside the voucher that it puts right.</summary>
    public string CopyUrl => Voucher! switch
    {
        { Kind: VoucherKind.Opening } => Url.Page("Opening", new { from = Id })!,
        { Links: { Corrects: { } original, Together: { Count: > 1 } both } } => Url.Page("Correct",
            new { id = original.VoucherId, from = both.Last(link => link.Kind == VoucherKind.Correction).VoucherId })!,
        { Kind: VoucherKind.Reversal, Links.Corrects: { } original } => Url.Page("Reverse", new { id = original.VoucherId })!,
        { Kind: VoucherKind.Correction, Links.Corrects: { } original } =>
            Url.Page("CorrectEarlierYear", new { id = original.VoucherId, from = Id })!,
        _ => Url.Page("Prepare", new { from = Id })!,
    };

    /// <summary>Lines that are gifts and stand in no register; none for who may not register them.</summary>
    public IReadOnlyList<UnregisteredGift> Gifts { get; private set; } = [];

    /// <summary>What those who oversee say about it.</summary>
    public RemarkListView? Remarks { get; private set; }

    public Waiting Queue { get; private set; } = new(null, 0);

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostReviewAsync() => Decide(async () =>
    {
        await Session.Run(new ReviewVoucher(FormKey, Id), Ct);
        IReadOnlyList<VoucherView> posted = await Session.Ask(new VoucherBundle(Id), Ct);
        List<string> numbers = [.. posted.Select(sheet => W.NumberOf(sheet.Series!, sheet.Number!.Value))];
        Said = W["voucher.said.posted", numbers, W.PeriodOf(posted[0].Period)];
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

    public Task<IActionResult> OnPostGiftAsync(short line) => Decide(async () =>
    {
        await Session.Run(new RegisterAsGift(FormKey, Id, line), Ct);
        Said = W["voucher.said.gift"];
    });

    public async Task<IActionResult> OnPostEncloseAsync()
    {
        ModelState.Clear();
        if (await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct)) && ModelState.IsValid
            && await Try(() => Session.Run(new EncloseDocuments(FormKey, Id, Enclosed.Enclosures), Ct)))
        {
            Said = W["documents.said.added"];
            return RedirectToPage("Show", new { id = Id });
        }

        Unprocessable();
        await Load();
        return Page();
    }

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
            Sheets = await Session.Ask(new VoucherBundle(Id), Ct);
            Voucher = Sheets.Single(sheet => sheet.VoucherId == Id);
            Ways = Voucher.MayCorrect ? await Session.Ask(new WaysToCorrect(Id), Ct) : null;
            Gifts = Voucher.State == VoucherState.Posted ? await Session.Ask(new GiftLines(Id), Ct) : [];
            Remarks = await Session.Ask(new RemarkList(Voucher: Id), Ct);
            Queue = await Session.Ask(new NextWaiting(), Ct);
        });
    }
}
