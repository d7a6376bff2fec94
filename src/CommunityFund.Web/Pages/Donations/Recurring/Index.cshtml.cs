using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Donations.Pledges;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Donations.Recurring;

/// <summary>Gifts that are waited for: of monthly givers, and of partners who match what others give.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty]
    public MonthlyForm Monthly { get; set; } = new();

    [BindProperty]
    public MatchForm Match { get; set; } = new();

    public ExpectedGifts? View { get; private set; }

    public string BeginsType => TypeOf(Monthly.BeginsOn);

    public Task OnGetAsync()
    {
        ModelState.Clear();
        return Load();
    }

    public async Task<IActionResult> OnPostStartAsync()
    {
        ModelState.Clear();
        Amount amount = Read("Monthly.Amount", () => AmountText.ReadPositive(Monthly.Amount)) ?? Amount.Fen(0);
        LocalDate begins = Read("Monthly.BeginsOn", () => DayText.Read(Monthly.BeginsOn));
        int day = Number("Monthly.DayOfMonth", Monthly.DayOfMonth), fund = Chosen("Monthly.Fund", Monthly.Fund);
        return await Do(async () =>
        {
            await Session.Run(new StartRecurring(FormKey, Monthly.Donor ?? "", Monthly.Kind, fund, amount, day, begins,
                await RestrictionOf(Monthly.Restriction, fund), Monthly.Clause ?? ""), Ct);
            return W["recurring.said-started"];
        });
    }

    public async Task<IActionResult> OnPostPromiseAsync()
    {
        ModelState.Clear();
        Amount cap = Read("Match.Cap", () => AmountText.ReadPositive(Match.Cap)) ?? Amount.Fen(0);
        LocalDate from = Read("Match.FromDay", () => DayText.Read(Match.FromDay)), until = Read("Match.UntilDay", () => DayText.Read(Match.UntilDay));
        int rate = Number("Match.PerHundred", Match.PerHundred), fund = Chosen("Match.Fund", Match.Fund);
        return await Do(async () =>
        {
            await Session.Run(new PromiseMatching(FormKey, Match.Partner ?? "", PersonKind.Organisation, fund, rate, cap, from, until,
                await RestrictionOf(Match.Restriction, fund), "", Match.About ?? ""), Ct);
            return W["matching.said-noted"];
        });
    }

    public Task<IActionResult> OnPostPlanAsync()
    {
        ModelState.Clear();
        return Do(async () => W["recurring.said-planned", await Session.Run(new PlanRecurring(FormKey), Ct)]);
    }

    public Task<IActionResult> OnPostStopAsync(long id, string? reason)
    {
        ModelState.Clear();
        return Do(async () =>
        {
            await Session.Run(new StopRecurring(FormKey, id, reason ?? ""), Ct);
            return W["recurring.said-stopped"];
        });
    }

    public Task<IActionResult> OnPostCloseAsync(long id)
    {
        ModelState.Clear();
        return Do(async () =>
        {
            await Session.Run(new CloseExpectedGift(FormKey, id), Ct);
            return W["recurring.said-closed"];
        });
    }

    public Task<IActionResult> OnPostClaimAsync(long id, string? dueOn)
    {
        ModelState.Clear();
        return Do(async () => W["matching.said-claimed", await Session.Run(new ClaimMatching(FormKey, id, DayText.Read(dueOn)), Ct)]);
    }

    private async Task<IActionResult> Do(Func<Task<string>> command)
    {
        if (ModelState.IsValid && await Try(async () => Said = await command()))
        {
            return RedirectToPage();
        }

        Unprocessable();
        Refusal? no = Refusal;
        await Load();
        Refusal = no ?? Refusal;
        return Page();
    }

    private async Task<Restriction> RestrictionOf(Restriction? chosen, int fund) => chosen
        ?? (await Session.Ask(new ExpectedGiftList(), Ct)).Funds.FirstOrDefault(row => row.FundId == fund)?.DefaultRestriction
        ?? Restriction.Unrestricted;

    private int Number(string field, string? typed)
    {
        if (int.TryParse(typed?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        ModelState.AddModelError(field, W["form.number"]);
        return 0;
    }

    private int Chosen(string field, int? chosen)
    {
        if (chosen is null)
        {
            ModelState.AddModelError(field, W["form.required"]);
        }

        return chosen ?? 0;
    }

    private Task Load() => Try(async () => View = await Session.Ask(new ExpectedGiftList(), Ct));

    /// <summary>A monthly giver as typed.</summary>
    public sealed class MonthlyForm
    {
        public string? Donor { get; set; }

        public PersonKind Kind { get; set; }

        public int? Fund { get; set; }

        public string? Amount { get; set; }

        public string? DayOfMonth { get; set; }

        public string? BeginsOn { get; set; }

        public Restriction? Restriction { get; set; }

        public string? Clause { get; set; }
    }

    /// <summary>A promise to match as typed.</summary>
    public sealed class MatchForm
    {
        public string? Partner { get; set; }

        public int? Fund { get; set; }

        public string? PerHundred { get; set; } = "100";

        public string? Cap { get; set; }

        public string? FromDay { get; set; }

        public string? UntilDay { get; set; }

        public Restriction? Restriction { get; set; }

        public string? About { get; set; }
    }
}
