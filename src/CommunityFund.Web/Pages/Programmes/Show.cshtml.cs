using CommunityFund.Books;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Programmes;

/// <summary>One time bank: the rules in force, what waits and what it would change, and all versions.</summary>
public sealed class ShowModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    public ProgrammeView? View { get; private set; }

    /// <summary>What the waiting version would have changed.</summary>
    public RuleEffect? Effect { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAgreeAsync(long rule) => Decide(rule, agrees: true, "programmes.said-agreed");

    public Task<IActionResult> OnPostDropAsync(long rule) => Decide(rule, agrees: false, "programmes.said-dropped");

    private async Task<IActionResult> Decide(long rule, bool agrees, string said)
    {
        if (ModelState.IsValid && await Try(() => Session.Run(new DecideProgrammeRule(FormKey, rule, agrees), Ct)))
        {
            Said = W[said];
            return RedirectToPage(new { id = Id });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        View = await Session.Ask(new ProgrammePage(Id), Ct);
        Effect = View.Waiting is { } waiting ? await Session.Ask(new PreviewRule(Id, waiting.Terms, waiting.Rates), Ct) : null;
    });
}
