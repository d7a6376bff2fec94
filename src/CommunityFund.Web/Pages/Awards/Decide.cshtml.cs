using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Awards;

/// <summary>审议: who gets what by rank down to a line, what is decided, and what the funds bear (S-R8).</summary>
public sealed class DecideModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Round { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Line { get; set; }

    public Deliberation? View { get; private set; }

    public Task OnGetAsync()
    {
        Amount? line = string.IsNullOrWhiteSpace(Line) ? null : Money(nameof(Line), Line);
        return Try(async () => View = await Session.Ask(new SimulateDecisions(Round, ModelState.IsValid ? line : null), Ct));
    }
}
