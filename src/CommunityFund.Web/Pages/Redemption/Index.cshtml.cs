using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Redemption;

/// <summary>The catalogue as the office keeps it: what waits for a second person, what is open, what was ended.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty]
    public long Item { get; set; }

    public CatalogueBoardView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAgreeAsync() =>
        Do(() => Session.Run(new DecideItem(FormKey, Item, Agrees: true), Ct), "redeem.said-agreed");

    public Task<IActionResult> OnPostDropAsync() =>
        Do(() => Session.Run(new DecideItem(FormKey, Item, Agrees: false), Ct), "redeem.said-dropped");

    public Task<IActionResult> OnPostEndAsync() => Do(() => Session.Run(new EndItem(FormKey, Item), Ct), "redeem.said-ended");

    private async Task<IActionResult> Do(Func<Task> command, string said)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage(new { Programme });
        }

        CommunityFund.Ledger.Refusal? refused = Refusal;
        await Load();
        Refusal = refused;
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new CatalogueBoard(Programme), Ct));
}
