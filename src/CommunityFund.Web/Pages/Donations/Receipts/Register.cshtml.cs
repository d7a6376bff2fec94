using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Donations.Receipts;

/// <summary>An official receipt comes into the register, for a gift without one or in place of one that is taken back.</summary>
[RequestSizeLimit(32 * 1024 * 1024)]
public sealed class RegisterModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long? Donation { get; set; }

    /// <summary>The voucher, where somebody comes from its page.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Voucher { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Replaces { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public string? Number { get; set; }

    [BindProperty]
    public string? CheckCode { get; set; }

    [BindProperty]
    public string? IssuedOn { get; set; }

    [BindProperty]
    public string? Amount { get; set; }

    [BindProperty]
    public string? Payer { get; set; }

    [BindProperty]
    public IFormFile? Upload { get; set; }

    /// <summary>Hash of the file that arrived before a refusal.</summary>
    [BindProperty]
    public string? Kept { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? RedNumber { get; set; }

    [BindProperty]
    public bool CopiesKept { get; set; }

    public WaitingGift? Gift { get; private set; }

    public bool Offered { get; private set; }

    public string DayType => TypeOf(IssuedOn);

    public async Task OnGetAsync()
    {
        ModelState.Clear();
        if (await Load() && Gift is not null)
        {
            (Amount, Payer) = (Gift.Amount.ToString(), Gift.Donor);
            RangesView ranges = await Session.Ask(new MissingNumbers(), Ct);
            Code = ranges.Ranges.Select(range => range.Code).Distinct().ToArray() is [var only] ? only : null;
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await Load())
        {
            return Page();
        }

        LocalDate day = Read(nameof(IssuedOn), () => DayText.Read(IssuedOn));
        Amount amount = Read(nameof(Amount), () => AmountText.ReadPositive(Amount)) ?? Ledger.Amount.Fen(0);
        long id = 0;
        if (ModelState.IsValid && await Try(Keep) && await Try(async () => id = await Session.Run(new RegisterReceipt(
            FormKey, Code ?? "", Number ?? "", CheckCode ?? "", day, amount, Payer ?? "", PersonKind.Person, Donation,
            Donation is null ? Voucher : null, Kept is null ? null : [new Enclosure(Kept)], Replaces, Reason ?? "", CopiesKept,
            RedNumber ?? ""), Ct)))
        {
            Said = W[Replaces is null ? "receipts.said-registered" : "receipts.said-replaced"];
            return RedirectToPage("Show", new { id });
        }

        Unprocessable();
        ModelState.Remove(nameof(Kept));
        return Page();
    }

    private async Task Keep()
    {
        if (Upload is { Length: > 0 } file)
        {
            byte[] content = new byte[Math.Min(file.Length, SeenDocument.LargestBytes + 1)];
            await using Stream stream = file.OpenReadStream();
            await stream.ReadExactlyAsync(content, Ct);
            Kept = await Session.Run(new UploadDocument(Guid.NewGuid(), file.FileName, content), Ct);
        }
    }

    private async Task<bool> Load() => Offered = await Try(async () =>
    {
        await Session.Ask(new MissingNumbers(), Ct);
        if (Replaces is { } old)
        {
            Donation = (await Session.Ask(new ReceiptPage(old), Ct)).Receipt.DonationId;
        }

        Gift = Donation is { } gift ? await Session.Ask(new GiftOfReceipt(gift), Ct) : null;
    });
}
