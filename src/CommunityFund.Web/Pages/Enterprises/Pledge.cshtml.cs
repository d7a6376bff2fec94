using CommunityFund.Enterprises;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Enterprises;

/// <summary>Opens an activity by 慈善法 37.</summary>
public sealed class PledgeModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Heading { get; set; }

    [BindProperty]
    public string? PerItem { get; set; }

    [BindProperty]
    public string? Agreement { get; set; }

    [BindProperty]
    public string? AgreedOn { get; set; }

    [BindProperty]
    public string? StartsOn { get; set; }

    [BindProperty]
    public string? EndsOn { get; set; }

    [BindProperty]
    public int? Fund { get; set; }

    public EnterpriseView? View { get; private set; }

    public IReadOnlyList<FundChoice> Funds { get; private set; } = [];

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate agreed = Day(nameof(AgreedOn), AgreedOn), starts = Day(nameof(StartsOn), StartsOn), ends = Day(nameof(EndsOn),
            EndsOn);
        await Load();
        if (ModelState.IsValid && await Enclose() && await Try(() => Session.Run(new OpenSalesPledge(
            FormKey, Id, Heading ?? "", PerItem ?? "", Fund ?? 0, Agreement ?? "", agreed, starts, ends, Enclosed.Enclosures),
                Ct)))
        {
            Said = W["enterprises.said-pledge"];
            return RedirectToPage("Show", new { id = Id });
        }

        Unprocessable();
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        View = await Session.Ask(new EnterprisePage(Id), Ct);
        Funds = await Session.Ask(new EnterpriseChoices(), Ct);
    });
}
