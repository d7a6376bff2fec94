using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Activities;

/// <summary>异议与更正: what volunteers dispute, corrections that wait for another coordinator, and hours from before the programme.</summary>
public sealed class DisputesModel : FundPage
{
    /// <summary>The decided ones too.</summary>
    [BindProperty(SupportsGet = true)]
    public bool All { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    [BindProperty]
    public string? Answer { get; set; }

    /// <summary>What was answered or decided.</summary>
    public long On { get; private set; }

    public DisputeListView? View { get; private set; }

    public bool Runs { get; private set; }

    public Pager Pager => new(Number, View!.PageSize, View.Total);

    public string Here => Listed(All);

    /// <summary>This list with or without the decided ones.</summary>
    public string Listed(bool all) => $"/Activities/Disputes?all={(all ? "true" : "false")}&programme={Programme}";

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAnswerAsync(long on, bool upholds) => Do(on, upholds ? "activities.said-upheld" : "activities.said-answered",
        () => Session.Run(new AnswerDispute(FormKey, on, upholds, Answer ?? ""), Ct));

    public Task<IActionResult> OnPostDecideAsync(long on, bool agrees) => Do(on, agrees ? "activities.said-corrected" : "programmes.said-dropped",
        () => Session.Run(new DecideCorrection(FormKey, on, agrees), Ct));

    public Task<IActionResult> OnPostLegacyAsync(long on, bool agrees) => Do(on, agrees ? "activities.said-legacy-agreed" : "programmes.said-dropped",
        () => Session.Run(new DecideLegacyHours(FormKey, on, agrees), Ct));

    private async Task<IActionResult> Do(long on, string said, Func<Task<Done>> command)
    {
        On = on;
        if (ModelState.IsValid && await Try(command))
        {
            Said = W[said];
            return RedirectToPage(new { all = All, programme = Programme });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private async Task Load()
    {
        Number = Math.Clamp(Number, 1, 1_000_000);
        await Try(async () => View = await Session.Ask(new DisputeList(Programme, All, Number), Ct));
        Runs = (await WhoAmI()).Is(Role.Coordinator);
    }
}
