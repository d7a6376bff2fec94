using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Vouchers;

/// <summary>Opening balances by a workbook: taken, filled in, checked, and prepared for another person's review.</summary>
[RequestSizeLimit(LargestRequest), RequestFormLimits(MultipartBodyLengthLimit = LargestRequest, ValueLengthLimit = (int)LargestRequest)]
public sealed class OpeningBookModel : FundPage
{
    public const long LargestRequest = 16L * 1024 * 1024;
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty]
    public IFormFile? Upload { get; set; }

    /// <summary>The workbook again, so that what is prepared is what was checked.</summary>
    [BindProperty]
    public string? Filled { get; set; }

    public Opening? State { get; private set; }

    public OpeningChecked? Checked { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnGetTemplateAsync()
    {
        OpeningOffer? offer = null;
        return await Try(async () => offer = await Session.Ask(new OpeningTemplate(), Ct))
            ? File(OpeningTemplate.Draw(offer!, W), Xlsx, W["opening-book.file"])
            : Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (Upload is null)
        {
            ModelState.AddModelError(nameof(Upload), W["opening-book.choose-file"]);
        }
        else
        {
            byte[] content = new byte[Math.Min(Upload.Length, CheckOpening.LargestBytes + 1)];
            await using Stream stream = Upload.OpenReadStream();
            await stream.ReadExactlyAsync(content, Ct);
            if (await Try(async () => Checked = await Session.Ask(new CheckOpening(content), Ct)))
            {
                Filled = Convert.ToBase64String(content);
                ModelState.Remove(nameof(Filled));
            }
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no ?? Refusal;
        return Page();
    }

    public async Task<IActionResult> OnPostCheckSheetAsync() => await Again()
        ? File(OpeningCheckWorkbook.Draw(Checked!, W), Xlsx, W["opening-book.check-file"])
        : Page();

    public async Task<IActionResult> OnPostPrepareAsync()
    {
        long voucher = 0;
        if (await Again() && Checked!.MayPrepare
            && await Try(async () => voucher = await Session.Run(new EnterOpening(FormKey, Checked.Rows), Ct)))
        {
            Said = W["voucher.said.opening"];
            return RedirectToPage("Show", new { id = voucher });
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private Task<bool> Again()
    {
        byte[] content = new byte[CheckOpening.LargestBytes];
        return Try(async () => Checked = await Session.Ask(
            new CheckOpening(Convert.TryFromBase64String(Filled ?? "", content, out int length) ? content[..length] : []), Ct));
    }

    private Task Load() => Try(async () => State = await Session.Ask(new OpeningState(), Ct));
}
