using CommunityFund.Grants.Awards;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Awards;

/// <summary>Where a grant is paid to: an account of an organisation in the register of payees.</summary>
public sealed class PayeeModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public long Account { get; set; }

    [BindProperty]
    public PayeeKind Kind { get; set; }

    public GrantAgreementView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        if (ModelState.IsValid && await Try(async () =>
        {
            await Session.Run(new NamePayee(FormKey, Id, Version, Account, Kind), Ct);
            Said = W["award.said-payee"];
        }))
        {
            return RedirectToPage("/Awards/Agreement", new { id = Id });
        }

        Unprocessable();
        ModelState.Remove(nameof(Version));
        await Load();
        return Page();
    }

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new GrantAgreementPage(Id), Ct));
        Version = View?.Grant.StateVersion ?? 0;
    }
}
