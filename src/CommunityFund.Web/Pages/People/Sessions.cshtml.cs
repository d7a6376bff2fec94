using CommunityFund.People;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.People;

/// <summary>Where one is signed in, and signing out there.</summary>
public sealed class SessionsModel(CurrentSession current) : FundPage
{
    public IReadOnlyList<OpenSession> Sessions { get; private set; } = [];

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostEndAsync(string only) => End(only);

    public Task<IActionResult> OnPostOthersAsync() => End(null);

    private async Task<IActionResult> End(string? only)
    {
        if (await Try(() => Session.Run(new EndSessions(FormKey, current.SessionId, only), Ct)))
        {
            Said = W["sessions.ended"];
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () => Sessions = await Session.Ask(new SessionList(current.SessionId), Ct));
}
