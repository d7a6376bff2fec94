using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Redemption;

/// <summary>Proposes something that may be had for points.</summary>
public sealed class ItemModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? Source { get; set; }

    [BindProperty]
    public int? Programme { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Points { get; set; }

    /// <summary>"fund item place" of goods.</summary>
    [BindProperty]
    public string? Shelf { get; set; }

    [BindProperty]
    public int? Fund { get; set; }

    [BindProperty]
    public string? Merchant { get; set; }

    [BindProperty]
    public string? Cost { get; set; }

    [BindProperty]
    public string? Quota { get; set; }

    [BindProperty]
    public string? Limit { get; set; }

    [BindProperty]
    public long? Project { get; set; }

    [BindProperty]
    public string? From { get; set; }

    [BindProperty]
    public string? Until { get; set; }

    public CatalogueSource Kind => Codes.Find<CatalogueSource>(Source ?? "") ?? CatalogueSource.Goods;

    public string FromType => TypeOf(From);

    public string UntilType => TypeOf(Until);

    public CatalogueOffer? Offer { get; private set; }

    public async Task OnGetAsync()
    {
        await Load();
        From = Offer is null ? "" : LocalDatePattern.Iso.Format(Offer.Today);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await Load();
        LocalDate from = Read(nameof(From), () => DayText.Read(From));
        LocalDate? until = string.IsNullOrWhiteSpace(Until) ? null : Read(nameof(Until), () => DayText.Read(Until));
        Amount? cost = Kind == CatalogueSource.Merchant ? Read(nameof(Cost), () => AmountText.ReadPositive(Cost)) : null;
        int points = Whole(nameof(Points), Points) ?? 0;
        int? quota = Kind == CatalogueSource.Goods ? null : Whole(nameof(Quota), Quota);
        int? limit = string.IsNullOrWhiteSpace(Limit) ? null : Whole(nameof(Limit), Limit);
        if (Offer is not null && ModelState.IsValid && await Try(() => Session.Run(new ProposeItem(
            FormKey, Programme ?? 0, Name ?? "", points, Supply(cost, quota), limit, from, until), Ct)))
        {
            Said = W["redeem.said-proposed"];
            return RedirectToPage("Index");
        }

        Unprocessable();
        return Page();
    }

    private CatalogueSupply Supply(Amount? cost, int? quota)
    {
        long[] shelf = [.. (Shelf ?? "").Split(' ')
            .Select(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : 0)];
        return Kind == CatalogueSource.Goods && shelf.Length == 3 && shelf[0] <= int.MaxValue
            ? new CatalogueSupply(Kind, (int)shelf[0], shelf[1], shelf[2], Project: Project)
            : new CatalogueSupply(Kind, Fund, Merchant: Merchant ?? "", Cost: cost, Quota: quota, Project: Project);
    }

    private int? Whole(string field, string? typed)
    {
        if (int.TryParse(typed?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        ModelState.AddModelError(field, W["form.number"]);
        return null;
    }

    private Task Load() => Try(async () => Offer = await Session.Ask(new CatalogueChoices(), Ct));
}
