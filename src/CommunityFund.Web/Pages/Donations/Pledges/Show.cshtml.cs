using CommunityFund.Books;
using CommunityFund.Donations.Pledges;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Donations.Pledges;

/// <summary>One pledge: its instalments, the gifts that met it, its release.</summary>
public sealed class ShowModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public PledgeRelease Kind { get; set; }

    [BindProperty]
    public string? ReleasedOn { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public PledgeView? View { get; private set; }

    public string DayType => TypeOf(ReleasedOn);

    public async Task OnGetAsync()
    {
        ModelState.Clear();
        await Load();
        Kind = View is { Pledge.IsEnforceable: false } ? PledgeRelease.NotBinding : PledgeRelease.Hardship;
        ReleasedOn = View is null ? null : LocalDatePattern.Iso.Format(View.Today);
    }

    public async Task<IActionResult> OnPostFulfilAsync(long donation)
    {
        ModelState.Clear();
        Amount? counts = null;
        if (await Try(async () => counts = await Session.Run(new FulfilPledge(FormKey, Id, donation), Ct)))
        {
            Said = W["pledges.said-counted", counts!];
            return RedirectToPage(new { Id });
        }

        return await Again();
    }

    public async Task<IActionResult> OnPostReleaseAsync()
    {
        LocalDate day = Read(nameof(ReleasedOn), () => DayText.Read(ReleasedOn));
        if (ModelState.IsValid && await Try(() => Session.Run(new ReleasePledge(FormKey, Id, Kind, day, Reason ?? ""), Ct)))
        {
            Said = W["pledges.said-released"];
            return RedirectToPage(new { Id });
        }

        Unprocessable();
        return await Again();
    }

    private async Task<IActionResult> Again()
    {
        Refusal? no = Refusal;
        await Load();
        Refusal = no ?? Refusal;
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new PledgePage(Id), Ct));
}
