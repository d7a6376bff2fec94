using System.Globalization;
using CommunityFund.Agency;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Agency;

/// <summary>One matter: its tests, what is held for whom, what moved, and what the reader may do.</summary>
public sealed class ShowModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public AgencyWay Way { get; set; }

    [BindProperty]
    public long Recipient { get; set; }

    [BindProperty]
    public string? Amount { get; set; }

    [BindProperty]
    public string? On { get; set; }

    [BindProperty]
    public string? Cash { get; set; }

    [BindProperty]
    public string? Fund { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    [BindProperty]
    public string? NewName { get; set; }

    [BindProperty]
    public PersonKind NewKind { get; set; }

    [BindProperty]
    public string? NewMeant { get; set; }

    public AgencyMatterView? View { get; private set; }

    /// <summary>The form that was sent, so that it stays open.</summary>
    public string? Open { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAgreeAsync() => Do("agency.said-agreed", () => Session.Run(new AgreeMatter(FormKey, Id),
        Ct));

    public Task<IActionResult> OnPostDropAsync() => Do("public.said-dropped", () => Session.Run(new DropMatter(FormKey, Id), Ct));

    public Task<IActionResult> OnPostMoveAsync()
    {
        Open = "move";
        (Amount amount, LocalDate on) = (Money(nameof(Amount), Amount), Day(nameof(On), On));
        return Do("enterprises.said-voucher", () => Session.Run(
            new RecordAgencyMove(FormKey, Id, Recipient, Way, amount, on, Cash ?? "", Documents: Enclosed.Enclosures), Ct));
    }

    public Task<IActionResult> OnPostCostAsync()
    {
        Open = "cost";
        (Amount amount, LocalDate on) = (Money(nameof(Amount), Amount), Day(nameof(On), On));
        _ = int.TryParse(Fund, CultureInfo.InvariantCulture, out int fund);
        return Do("enterprises.said-voucher", () => Session.Run(
            new PayAgencyCost(FormKey, Id, fund, amount, on, Cash ?? "", Note ?? "", Documents: Enclosed.Enclosures), Ct));
    }

    public Task<IActionResult> OnPostAddAsync()
    {
        Amount meant = AnyMoney(nameof(NewMeant), NewMeant);
        return Do("agency.said-added", () => Session.Run(new AddRecipients(FormKey, Id, [new RecipientForm(NewName ?? "", NewKind,
            meant)]), Ct));
    }

    private Task<IActionResult> Do(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Load, new { id = Id });

    private Task Load() => Try(async () => View = await Session.Ask(new AgencyMatterPage(Id), Ct));
}
