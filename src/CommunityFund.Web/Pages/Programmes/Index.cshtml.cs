using CommunityFund.TimeBank.Programmes;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Programmes;

/// <summary>The time banks of the body, and how one is opened.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    public ProgrammesView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        int opened = 0;
        if (ModelState.IsValid && await Try(async () => opened = await Session.Run(new OpenProgramme(FormKey, Code ?? "", Name ?? ""), Ct)))
        {
            Said = W["programmes.said-opened"];
            return RedirectToPage("Show", new { id = opened });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new ProgrammeList(), Ct));
}
