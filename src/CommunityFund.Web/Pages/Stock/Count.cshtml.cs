using System.Globalization;
using CommunityFund.Stock;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Stock;

/// <summary>Counts one place of one fund, lot by lot.</summary>
public sealed class CountModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int? Fund { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? From { get; set; }

    /// <summary>What was counted, by lot.</summary>
    [BindProperty]
    public Dictionary<long, string?> Counted { get; set; } = [];

    public StockOffer? Offer { get; private set; }

    public IReadOnlyList<LotChoice> There => [.. Offer!.Lots.Where(lot => lot.Fund == Fund && lot.Place == From)];

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await Load())
        {
            return Page();
        }

        foreach ((long lot, string? typed) in Counted.Where(pair => !IsWhole(pair.Value)))
        {
            ModelState.AddModelError($"Counted[{lot}]", W["form.number"]);
        }

        if (!ModelState.IsValid || !await Try(() => Session.Run(new CountStock(FormKey, Fund ?? 0, From ?? 0,
            [.. Counted.Select(pair => new CountedLot(pair.Key, long.Parse(pair.Value!.Trim(), CultureInfo.InvariantCulture)))]), Ct)))
        {
            Unprocessable();
            return Page();
        }

        Said = W["goods.said-counted"];
        return RedirectToPage("Index");
    }

    private static bool IsWhole(string? typed) => long.TryParse(typed?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private Task<bool> Load() => Try(async () =>
    {
        Offer = await Session.Ask(new StockChoices(), Ct);
        Fund ??= Offer.Lots.FirstOrDefault()?.Fund;
        From ??= Offer.Lots.FirstOrDefault(lot => lot.Fund == Fund)?.Place;
    });
}
