using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Acquittals;

/// <summary>A receipt goes into the folder, or is put right: picture, amount, line. What came before a refusal is kept.</summary>
public sealed class ReceiptModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Receipt { get; set; }

    [BindProperty]
    public long? Tranche { get; set; }

    [BindProperty]
    public GrantReceiptKind Kind { get; set; }

    [BindProperty]
    public string? Number { get; set; }

    [BindProperty]
    public string? IssuedOn { get; set; }

    [BindProperty]
    public string? Seller { get; set; }

    [BindProperty]
    public PersonKind SellerKind { get; set; } = PersonKind.Organisation;

    [BindProperty]
    public string? Yuan { get; set; }

    /// <summary>Line of the budget; 0 leaves the choice to what the seller's last receipt went to.</summary>
    [BindProperty]
    public short Line { get; set; }

    [BindProperty]
    public Spending Spending { get; set; }

    [BindProperty]
    public string? What { get; set; }

    [BindProperty]
    public IFormFile? Photo { get; set; }

    [BindProperty]
    public IFormFile? Sheet { get; set; }

    /// <summary>Hash of a picture that arrived with this form before.</summary>
    [BindProperty]
    public string? PhotoKept { get; set; }

    [BindProperty]
    public string? SheetKept { get; set; }

    public ReceiptFolderView? View { get; private set; }

    public ReceiptRow? Before { get; private set; }

    public string IssuedOnType => TypeOf(IssuedOn);

    public async Task OnGetAsync()
    {
        await Load();
        if (Before is { } row)
        {
            (Tranche, Kind, Number, Seller, SellerKind, Line, Spending, What) =
                (row.Tranche, row.Kind, row.Number, row.Seller, row.SellerKind, row.Line, row.Spending, row.What);
            (Yuan, IssuedOn) = (Figures.Of(row.Amount), LocalDatePattern.Iso.Format(row.IssuedOn));
        }
        else if (View is { } view)
        {
            IssuedOn = LocalDatePattern.Iso.Format(view.Today);
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await Load();
        PhotoKept = await Keep(nameof(Photo), Photo, PhotoKept);
        SheetKept = await Keep(nameof(Sheet), Sheet, SheetKept);
        ModelState.Remove(nameof(PhotoKept));
        ModelState.Remove(nameof(SheetKept));
        LocalDate day = Day(nameof(IssuedOn), IssuedOn);
        Amount amount = Money(nameof(Yuan), Yuan);
        short line = Line > 0 ? Line : View?.Hints.GetValueOrDefault(Seller?.Trim() ?? "") is > 0 and var hint ? hint : View?.Suggested ?? 0;
        if (ModelState.IsValid && await Try(async () =>
        {
            if (Receipt is { } id)
            {
                await Session.Run(new ChangeReceipt(FormKey, id, Tranche, Kind, Number ?? "", day, Seller ?? "", SellerKind, amount, line, Spending,
                    What ?? "", Kept(PhotoKept), Kept(SheetKept)), Ct);
            }
            else
            {
                await Session.Run(new AddReceipt(FormKey, Id, Tranche, Kind, Number ?? "", day, Seller ?? "", SellerKind, amount, line, Spending,
                    What ?? "", Kept(PhotoKept), Kept(SheetKept)), Ct);
            }

            Said = W["acquittals.said-receipt"];
        }))
        {
            return RedirectToPage("/Acquittals/Folder", new { id = Id });
        }

        Unprocessable();
        return Page();
    }

    internal static IReadOnlyList<Enclosure>? Kept(string? hash) => string.IsNullOrEmpty(hash) ? null : [new Enclosure(hash)];

    /// <summary>Keeps what came; a file that may not be kept is told beside its field.</summary>
    private async Task<string?> Keep(string field, IFormFile? file, string? before)
    {
        if (file is not { Length: > 0 })
        {
            return before;
        }

        if (file.Length > SeenDocument.LargestBytes)
        {
            ModelState.AddModelError(field, W["documents.too-large", SeenDocument.LargestBytes / 1024 / 1024]);
            return before;
        }

        using MemoryStream content = new();
        await file.CopyToAsync(content, Ct);
        string? hash = before;
        try
        {
            hash = await Session.Run(new UploadDocument(Guid.NewGuid(), file.FileName, content.ToArray()), Ct);
        }
        catch (RefusedException refused)
        {
            ModelState.AddModelError(field, W.Of(refused.Refusal));
        }

        return hash;
    }

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new ReceiptFolder(Id), Ct));
        Before = View?.Receipts.FirstOrDefault(row => row.Id == Receipt);
    }
}
