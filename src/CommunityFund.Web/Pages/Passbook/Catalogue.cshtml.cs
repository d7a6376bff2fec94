using CommunityFund.Ledger;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>What the holder of the card may have for points, and what is reserved.</summary>
public sealed class CatalogueModel : MemberPage
{
    [BindProperty]
    public long Item { get; set; }

    public CatalogueView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        long reservation = 0;
        if (await Try(async () => reservation = await Holder.Run(new Reserve(FormKey, Pass, Item), Ct)))
        {
            Said = W["passbook.said-reserved"];
            return RedirectToPage("Reservation", new { id = reservation });
        }

        Refusal? refused = Refusal;
        await Load();
        Refusal = refused;
        return Page();
    }

    private Task Load() => Try(async () => View = await Holder.Ask(new Catalogue(Pass), Ct));
}
