using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Funds.Endings;
using CommunityFund.Vouchers;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>One fund: what binds it, its three numbers and what makes them up, its restricted gifts, its life, its last
/// entries.</summary>
public sealed class ShowModel : FundPage
{
    private const int LotsShown = 50;

    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    public FundExplanation? Fund { get; private set; }

    public FundRulesView? Rules { get; private set; }

    public FundDutiesView? Duties { get; private set; }

    public IReadOnlyList<FundEvent> History { get; private set; } = [];

    public IReadOnlyList<LastEntry> Last { get; private set; } = [];

    public Pager? Lots => Fund is { Lots.Total: > LotsShown } ? new Pager(LotPage, LotsShown, Fund.Lots.Total) : null;

    [BindProperty(SupportsGet = true, Name = "p")]
    public string? P { get; set; }

    private int LotPage =>
        int.TryParse(P, System.Globalization.CultureInfo.InvariantCulture, out int page) ? Math.Clamp(page, 1, 100_000) : 1;

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAgreeAsync(long decision) =>
        Decide("fund.said-agreed", () => Session.Run(new AgreeDecision(FormKey, decision), Ct));

    public Task<IActionResult> OnPostDropAsync(long decision) =>
        Decide("fund.said-dropped", () => Session.Run(new DropDecision(FormKey, decision), Ct));

    public async Task<IActionResult> OnPostPublishedAsync(long disclosure, string? place, string? day)
    {
        LocalDate on = Read("day", () => DayText.Read(day));
        if (!ModelState.IsValid)
        {
            Unprocessable();
            await Load();
            return Page();
        }

        return await Decide("ending.said-published", () => Session.Run(new NoteDisclosure(FormKey, disclosure, place ?? "",
            on), Ct));
    }

    private async Task<IActionResult> Decide(string said, Func<Task> command)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage("Show", new { id = Id });
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        Fund = await Session.Ask(new FundExplained(Id, LotPage, LotsShown), Ct);
        Rules = await Session.Ask(new FundRules(Id), Ct);
        Duties = await Session.Ask(new FundDuties(Id), Ct);
        History = await Session.Ask(new FundHistory(Id), Ct);
        Last = await Session.Ask(new LastEntries(10, Id), Ct);
    });
}
