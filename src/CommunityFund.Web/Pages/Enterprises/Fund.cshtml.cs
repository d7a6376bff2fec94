using CommunityFund.Books;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Enterprises;

/// <summary>One step of a recovery plan as typed.</summary>
public sealed record PlanLine
{
    public string? DueOn { get; init; }

    public string? Amount { get; init; }

    public bool IsBlank => string.IsNullOrWhiteSpace(DueOn) && string.IsNullOrWhiteSpace(Amount);
}

/// <summary>Gives start-up money, for good or with a plan by which it comes back.</summary>
public sealed class FundModel : RegisterPage
{
    private const int Lines = 4;

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public FundingKind Kind { get; set; }

    [BindProperty]
    public string? Amount { get; set; }

    [BindProperty]
    public string? GivenOn { get; set; }

    [BindProperty]
    public int? Fund { get; set; }

    [BindProperty]
    public string? Restriction { get; set; } = "U";

    /// <summary>Key of the own account it is paid from.</summary>
    [BindProperty]
    public string? Cash { get; set; }

    [BindProperty]
    public string? Grounds { get; set; }

    [BindProperty]
    public List<PlanLine> Plan { get; set; } = [];

    public EnterpriseView? View { get; private set; }

    public IReadOnlyList<FundChoice> Funds { get; private set; } = [];

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        Amount amount = Money(nameof(Amount), Amount);
        LocalDate day = Day(nameof(GivenOn), GivenOn);
        List<RecoveryStep> plan = [];
        for (int i = 0; i < Plan.Count; i++)
        {
            if (!Plan[i].IsBlank)
            {
                plan.Add(new RecoveryStep(Day($"Plan[{i}].DueOn", Plan[i].DueOn), Money($"Plan[{i}].Amount", Plan[i].Amount)));
            }
        }

        await Load();
        GiveStartUpMoney command = new(FormKey, Id, Kind, amount, Fund ?? 0, day, Cash ?? "",
            Codes.RestrictionOf(Restriction ?? "") ?? Ledger.Restriction.Unrestricted, Grounds ?? "", plan);
        if (ModelState.IsValid && await Enclose() && await Try(() => Session.Run(command with { Documents = Enclosed.Enclosures },
            Ct)))
        {
            Said = W["enterprises.said-voucher"];
            return RedirectToPage("Show", new { id = Id });
        }

        Unprocessable();
        return Page();
    }

    private async Task Load()
    {
        await Try(async () =>
        {
            View = await Session.Ask(new EnterprisePage(Id), Ct);
            Funds = await Session.Ask(new EnterpriseChoices(), Ct);
        });
        Plan.AddRange(Enumerable.Range(0, Math.Max(0, Lines - Plan.Count)).Select(_ => new PlanLine()));
    }
}
