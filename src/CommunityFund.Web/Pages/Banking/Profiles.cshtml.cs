using CommunityFund.Banking;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>Ways of reading that people kept.</summary>
public sealed class ProfilesModel : FundPage
{
    [BindProperty]
    public long Profile { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    public IReadOnlyList<ProfileItem>? Profiles { get; private set; }

    public Task OnGetAsync() => Try(Show);

    public Task<IActionResult> OnPostRenameAsync() => Done(
        () => Session.Run(new RenameProfile(FormKey, Profile, Name ?? ""), Ct), () => W["bank-profiles.renamed", Name ?? ""]);

    public Task<IActionResult> OnPostDeleteAsync() => Done(
        () => Session.Run(new DeleteProfile(FormKey, Profile), Ct), () => W["bank-profiles.deleted"]);

    private async Task<IActionResult> Done(Func<Task> work, Func<string> said)
    {
        if (await Try(work))
        {
            Said = said();
            return RedirectToPage();
        }

        await Show();
        return Page();
    }

    private async Task Show() => Profiles = await Session.Ask(new ProfileList(), Ct);
}
