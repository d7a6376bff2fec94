using CommunityFund.Grants;
using CommunityFund.Grants.Applications;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>A person reads the whole text with its hash and signs it: the signer of an application, or both of a correction.</summary>
public sealed class SignOffModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int StateVersion { get; set; }

    /// <summary>Of the text that was shown.</summary>
    [BindProperty]
    public string? Sha256 { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public ApplicationView? View { get; private set; }

    public CaseView? Case { get; private set; }

    /// <summary>What signing does here and now; null if this person signs nothing.</summary>
    public GrantOffer? Offer => Case?.Offers.FirstOrDefault(offer => offer is { Move: GrantMove.SignOff or GrantMove.Resubmit, IsMine: true });

    /// <summary>How this person may send it back to the lead; null if not.</summary>
    public GrantMove? Back => Case?.Offers.FirstOrDefault(
        offer => offer is { Move: GrantMove.SendBack or GrantMove.SendBackCorrection, IsMine: true, WhyNot: null })?.Move;

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostSignAsync() =>
        Do(GrantMove.SignOff, () => Session.Run(new SignOffApplication(FormKey, Id, StateVersion, Sha256 ?? ""), Ct));

    public Task<IActionResult> OnPostResubmitAsync() =>
        Do(GrantMove.Resubmit, () => Session.Run(new ResubmitApplication(FormKey, Id, StateVersion, Sha256 ?? ""), Ct));

    public Task<IActionResult> OnPostBackAsync() =>
        Do(GrantMove.SendBack, () => Session.Run(new SendBackApplication(FormKey, Id, StateVersion, Reason ?? ""), Ct));

    public Task<IActionResult> OnPostBackCorrectionAsync() =>
        Do(GrantMove.SendBackCorrection, () => Session.Run(new SendCorrectionBack(FormKey, Id, StateVersion, Reason ?? ""), Ct));

    private async Task<IActionResult> Do(GrantMove move, Func<Task<GrantMoved>> command)
    {
        GrantMoved? moved = null;
        if (await Try(async () => moved = await command()))
        {
            Said = moved!.Happened ? W["apply.said-moved", move] : W["apply.said-signed", move, moved.Waits];
            return RedirectToPage("Show", new { id = Id });
        }

        Ledger.Refusal? refusal = Refusal;
        await Load();
        Refusal = refusal ?? Refusal;
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        Case = await Session.Ask(new CasePage(Id), Ct);
        View = await Session.Ask(new ReadApplication(Id), Ct);
        (StateVersion, Sha256) = (View.StateVersion, View.Sha256);
        ModelState.Remove(nameof(StateVersion));
        ModelState.Remove(nameof(Sha256));
    });
}
