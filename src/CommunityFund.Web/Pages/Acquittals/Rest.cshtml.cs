using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Acquittals;

/// <summary>余款: the lead announces what comes back, and sees to which account and with which reference.</summary>
public sealed class RestModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public string? Yuan { get; set; }

    [BindProperty]
    public long Return { get; set; }

    public ReceiptFolderView? View { get; private set; }

    public PaidTranche? Tranche { get; private set; }

    public async Task OnGetAsync()
    {
        await Load();
        Yuan = Tranche is { Open.IsPositive: true } tranche ? Figures.Of(tranche.Open - tranche.Pending) : null;
    }

    public Task<IActionResult> OnPostAnnounceAsync()
    {
        CommunityFund.Ledger.Amount amount = Money(nameof(Yuan), Yuan);
        return Do(async () =>
        {
            await Session.Run(new ReturnUnspent(FormKey, Id, Version, amount), Ct);
            return "acquittals.said-announced";
        }, Reload, new { id = Id });
    }

    public Task<IActionResult> OnPostDropAsync() => Do(async () =>
    {
        await Session.Run(new DropReturn(FormKey, Return), Ct);
        return "acquittals.said-return-dropped";
    }, Reload, new { id = Id });

    private Task Reload()
    {
        ModelState.Remove(nameof(Version));
        return Load();
    }

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new ReceiptFolder((await Session.Ask(new AcquittalPage(Id), Ct)).Grant), Ct));
        Tranche = View?.Tranches.FirstOrDefault(row => row.Id == Id);
        Version = Tranche?.Version ?? 0;
    }
}
