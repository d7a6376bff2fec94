using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>The board has lifted a designation.</summary>
public sealed class LiftModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public long Designation { get; set; }

    [BindProperty]
    public string? Revocation { get; set; }

    [BindProperty]
    public string? RevokedOn { get; set; }

    public FundExplanation? Fund { get; private set; }

    public DesignationView? Row { get; private set; }

    public string DayType => TypeOf(RevokedOn);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate day = Read(nameof(RevokedOn), () => DayText.Read(RevokedOn));
        await Load();
        if (!ModelState.IsValid)
        {
            Unprocessable();
            return Page();
        }

        if (!await Try(() => Session.Run(new RevokeDesignation(FormKey, Designation, Revocation ?? "", day), Ct)))
        {
            return Page();
        }

        Said = W["designation.said-lifted"];
        return RedirectToPage("Show", new { id = Id });
    }

    private Task Load() => Try(async () =>
    {
        Fund = await Session.Ask(new FundExplained(Id), Ct);
        Row = (await Session.Ask(new FundRules(Id), Ct)).Designations.FirstOrDefault(row => row.Id == Designation);
    });
}
