using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Tranches;

/// <summary>审批权限: up to which amount who approves, and which acts are kept apart.</summary>
public sealed class TiersModel : RegisterPage
{
    [BindProperty]
    public TierPreset Preset { get; set; }

    [BindProperty]
    public string? First { get; set; }

    [BindProperty]
    public string? Second { get; set; }

    [BindProperty]
    public string? From { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public TierView? View { get; private set; }

    public string DayType => TypeOf(From);

    public async Task OnGetAsync()
    {
        await Load();
        if (View is { } view)
        {
            (Preset, From) = (view.InForce.Preset, LocalDatePattern.Iso.Format(view.Today));
        }
    }

    public Task<IActionResult> OnPostProposeAsync()
    {
        (Amount first, Amount second, LocalDate from) = (Money(nameof(First), First), Money(nameof(Second), Second), Day(nameof(From), From));
        return Do(async () =>
        {
            await Session.Run(new ProposeTiers(FormKey, Preset, first, second, from, Reason ?? ""), Ct);
            return "tranches.said-proposed";
        }, Load, new { });
    }

    public Task<IActionResult> OnPostAgreeAsync(short version) => Do(async () =>
    {
        await Session.Run(new AgreeTiers(FormKey, version), Ct);
        return "tranches.said-agreed";
    }, Load, new { });

    public Task<IActionResult> OnPostDropAsync(short version) => Do(async () =>
    {
        await Session.Run(new DropTiers(FormKey, version), Ct);
        return "tranches.said-dropped";
    }, Load, new { });

    private Task Load() => Try(async () => View = await Session.Ask(new TierSettings(), Ct));
}
