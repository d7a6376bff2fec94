using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Stock;

/// <summary>One line of goods as typed.</summary>
public sealed record GoodsLineForm
{
    public string? Kind { get; init; }

    public string? Name { get; init; }

    public string? Unit { get; init; }

    public string? Quantity { get; init; }

    public string? Evidence { get; init; }

    public string? Fair { get; init; }

    public string? Source { get; init; }

    public string? Batch { get; init; }

    public string? Expires { get; init; }

    /// <summary>A lot and place, as the form of an issue sends them.</summary>
    public string? Lot { get; init; }

    public bool IsBlank => string.IsNullOrWhiteSpace(Name) && string.IsNullOrWhiteSpace(Quantity) && string.IsNullOrWhiteSpace(Evidence);
}

/// <summary>What the forms of goods share: lines, papers, and that nothing typed is lost.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest)]
[RequestFormLimits(ValueCountLimit = 8000, MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public abstract class GoodsFormPage : FundPage
{
    private const int FirstLines = 3, MoreLines = 3, MostLines = 60;

    [BindProperty(SupportsGet = true)]
    public int? Fund { get; set; }

    [BindProperty]
    public string? Day { get; set; }

    [BindProperty]
    public string? Narrative { get; set; }

    [BindProperty]
    public string? Place { get; set; }

    [BindProperty]
    public string? Party { get; set; }

    [BindProperty]
    public bool IsOrganisation { get; set; }

    [BindProperty]
    public string? Restriction { get; set; }

    /// <summary>The open day that was offered for a late item, and taken.</summary>
    [BindProperty]
    public string? BookOn { get; set; }

    [BindProperty]
    public List<GoodsLineForm> Lines { get; set; } = [];

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    public StockOffer? Offer { get; private set; }

    public string DayType => TypeOf(Day);

    protected PersonKind PartyKind => IsOrganisation ? PersonKind.Organisation : PersonKind.Person;

    protected LocalDate? Taken => string.IsNullOrEmpty(BookOn) ? null : DayText.Read(BookOn);

    public virtual async Task OnGetAsync()
    {
        if (await Load())
        {
            Day = LocalDatePattern.Iso.Format(Offer!.Today);
            Pad();
        }
    }

    public async Task<IActionResult> OnPostMoreAsync()
    {
        if (await Load())
        {
            await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct));
            Pad(MoreLines);
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await Load() || !await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct)))
        {
            Pad();
            return Page();
        }

        GoodsAnswer? answer = null;
        if (ModelState.IsValid && await Try(async () => answer = await Send()))
        {
            Said = W[answer!.Voucher is null ? "goods.said-noted" : "goods.said-prepared"];
            return RedirectToPage("Paper", new { id = answer.Paper });
        }

        Unprocessable();
        ModelState.Remove(nameof(FormKey));
        Pad();
        return Page();
    }

    protected abstract Task<GoodsAnswer> Send();

    protected async Task<bool> Load() => await Try(async () =>
    {
        Offer = await Session.Ask(new StockChoices(), Ct);
        await Offered();
        Fund ??= Offer.Funds.Count > 0 ? int.Parse(Offer.Funds[0].Key, CultureInfo.InvariantCulture) : null;
    });

    protected virtual Task Offered() => Task.CompletedTask;

    protected static long Whole(string? typed) => StockNumbers.Read(typed);

    protected static Amount? Money(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : AmountText.ReadPositive(typed);

    protected static LocalDate? OptionalDay(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : DayText.Read(typed);

    protected virtual void Pad(int more = 0)
    {
        int wanted = Math.Min(MostLines, Math.Max(FirstLines, Lines.Count + more));
        Lines.AddRange(Enumerable.Range(0, Math.Max(0, wanted - Lines.Count)).Select(_ => new GoodsLineForm()));
    }
}
