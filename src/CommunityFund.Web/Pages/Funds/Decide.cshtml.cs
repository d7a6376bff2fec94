using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>Freeze, thaw, close, or set the principal minimum of a fund.</summary>
public sealed class DecideModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? What { get; set; }

    [BindProperty]
    public string? Principal { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? Source { get; set; }

    public DecisionKind Kind => Codes.Find<DecisionKind>(What ?? "") ?? DecisionKind.Freeze;

    public FundExplanation? Fund { get; private set; }

    public FundRulesView? Rules { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        Amount? principal = Kind != DecisionKind.Principal ? null
            : Read(nameof(Principal), () => AmountText.Read(Principal));
        await Load();
        if (!ModelState.IsValid)
        {
            Unprocessable();
            return Page();
        }

        bool isDone = false;
        if (!await Try(async () => isDone = await Session.Run(Command(principal), Ct)))
        {
            return Page();
        }

        Said = W[isDone ? "fund.said-done" : "fund.said-waits"];
        return RedirectToPage("Show", new { id = Id });
    }

    private Command<bool> Command(Amount? principal) => Kind switch
    {
        DecisionKind.Freeze => new FreezeFund(FormKey, Id, Reason ?? "", Source ?? ""),
        DecisionKind.Thaw => new ThawFund(FormKey, Id, Reason ?? "", Source ?? ""),
        DecisionKind.Close => new CloseFund(FormKey, Id, Reason ?? "", Source ?? ""),
        _ => new SetPrincipal(FormKey, Id, principal!, Reason ?? "", Source ?? ""),
    };

    private Task Load() => Try(async () =>
    {
        Fund = await Session.Ask(new FundExplained(Id), Ct);
        Rules = await Session.Ask(new FundRules(Id), Ct);
    });
}
