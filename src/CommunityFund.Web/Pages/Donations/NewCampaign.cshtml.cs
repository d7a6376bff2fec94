using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>What is typed for an appeal beside its clauses.</summary>
public sealed record CampaignForm
{
    public string? Name { get; init; }

    public string? Filing { get; init; }

    public string? FiledOn { get; init; }

    public bool IsEmergency { get; init; }

    public string? Aim { get; init; }

    public string? Target { get; init; }

    public int? Fund { get; init; }

    public string? Account { get; init; }

    public string? From { get; init; }

    public string? Until { get; init; }
}

/// <summary>An appeal is written down for a second person to compare with its filed plan.</summary>
public sealed class NewCampaignModel : FundPage
{
    [BindProperty]
    public CampaignForm Form { get; set; } = new();

    [BindProperty]
    public ClausesForm Clauses { get; set; } = new();

    public GiftOffer? Offer { get; private set; }

    public static string Kind(string? day) => TypeOf(day);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate filed = Read("Form.FiledOn", () => DayText.Read(Form.FiledOn)), from = Read("Form.From", () => DayText.Read(Form.From)),
            until = Read("Form.Until", () => DayText.Read(Form.Until));
        Amount? target = string.IsNullOrWhiteSpace(Form.Target) ? null : Read("Form.Target", () => AmountText.ReadPositive(Form.Target));
        IReadOnlyList<ClauseDraft> clauses = Clauses.Drafts(W, Day);
        long id = 0;
        if (await Load() && ModelState.IsValid && await Try(async () => id = await Session.Run(
            new ProposeCampaign(
                FormKey, Form.Name ?? "", Form.Filing ?? "", filed, Form.IsEmergency, Form.Aim ?? "", target, Form.Fund ?? 0, Form.Account ?? "",
                from, until, clauses), Ct)))
        {
            Said = W["promise.said-written"];
            return RedirectToPage("Campaign", new { id });
        }

        Unprocessable();
        return Page();
    }

    private LocalDate? Day(string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null : Read<LocalDate?>(field, () => DayText.Read(typed));

    private Task<bool> Load() => Try(async () => Offer = await Session.Ask(new GiftChoices(), Ct));
}
