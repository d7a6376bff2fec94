using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Enterprises;

/// <summary>Enters an enterprise with its agreement, or a new agreement.</summary>
public sealed class CreateModel : RegisterPage
{
    /// <summary>The enterprise whose agreement is new; null for a new enterprise.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Id { get; set; }

    [BindProperty]
    public TermFields Form { get; set; } = new();

    public IReadOnlyList<FundChoice> Funds { get; private set; } = [];

    public async Task OnGetAsync()
    {
        await Load();
        if (Id is { } id)
        {
            await Try(async () => Form = TermFields.Of((await Session.Ask(new EnterprisePage(id), Ct)).Current));
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        long enterprise = 0;
        TermForm? term = Typed();
        await Load();
        if (ModelState.IsValid && term is not null && await Enclose() && await Try(async () =>
            enterprise = await Session.Run(new ProposeTerm(FormKey, Id, Form.Name ?? "", term, Enclosed.Enclosures), Ct)))
        {
            Said = W["enterprises.said-proposed"];
            return RedirectToPage("Show", new { id = enterprise });
        }

        Unprocessable();
        return Page();
    }

    private TermForm? Typed()
    {
        LocalDate from = Day("Form.From", Form.From);
        int stake = Read("Form.Stake", () => Percent.Read(Form.Stake)), rate = Read("Form.Rate", () => Percent.Read(Form.Rate));
        Amount fix = AnyMoney("Form.Fixed", Form.Fixed), floor = AnyMoney("Form.Floor", Form.Floor);
        Amount? cap = string.IsNullOrWhiteSpace(Form.Cap) ? null : Money("Form.Cap", Form.Cap);
        if (!short.TryParse(Form.Days, CultureInfo.InvariantCulture, out short days))
        {
            ModelState.AddModelError("Form.Days", W["form.number"]);
        }

        return ModelState.IsValid
            ? new TermForm(from, Form.Community ?? "", stake, Form.Influence, Form.Related ?? "", Form.Share, rate, fix, floor,
                cap, Form.Decimals, days,
                Form.Fund ?? 0, Codes.RestrictionOf(Form.Restriction ?? "") ?? Restriction.Unrestricted, Form.Clause ?? "",
                    Form.Agreement ?? "")
            : null;
    }

    private Task Load() => Try(async () => Funds = await Session.Ask(new EnterpriseChoices(), Ct));
}

/// <summary>What is typed for an agreement.</summary>
public sealed record TermFields
{
    public string? Name { get; init; }

    public string? From { get; init; }

    public string? Agreement { get; init; }

    public string? Community { get; init; }

    public string? Stake { get; init; }

    public Influence Influence { get; init; } = Influence.None;

    public string? Related { get; init; }

    public ShareKind Share { get; init; } = ShareKind.Profit;

    public string? Rate { get; init; }

    public string? Fixed { get; init; }

    public string? Floor { get; init; }

    public string? Cap { get; init; }

    public short Decimals { get; init; } = 2;

    public string? Days { get; init; } = "30";

    public int? Fund { get; init; }

    public string? Restriction { get; init; } = "U";

    public string? Clause { get; init; }

    internal static TermFields Of(TermView? before) => before is null ? new TermFields() : new TermFields
    {
        From = LocalDatePattern.Iso.Format(before.InForceFrom),
        Agreement = before.Agreement,
        Community = before.Community,
        Stake = Percent.Of(before.StakePpm),
        Influence = before.Influence,
        Related = before.RelatedHow,
        Share = before.Share,
        Rate = before.RatePpm == 0 ? null : Percent.Of(before.RatePpm),
        Fixed = before.Fixed.IsZero ? null : before.Fixed.ToString(),
        Floor = before.Floor.IsZero ? null : before.Floor.ToString(),
        Cap = before.Cap?.ToString(),
        Decimals = before.Decimals,
        Days = before.DaysToPay.ToString(CultureInfo.InvariantCulture),
        Fund = before.FundId,
        Restriction = Codes.Of(before.Restriction),
        Clause = before.Clause,
    };
}
