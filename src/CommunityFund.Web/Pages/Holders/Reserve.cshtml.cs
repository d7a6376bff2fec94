using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Holders;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Holders;

/// <summary>兑换准备: points that are out, at replacement cost, beside the fund that stands behind them.</summary>
public sealed class ReserveModel : FundPage
{
    /// <summary>The time bank whose form was sent.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty]
    public int Fund { get; set; }

    [BindProperty]
    public string? Cost { get; set; }

    [BindProperty]
    public string? From { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public IReadOnlyList<CoverRow> Rows { get; private set; } = [];

    /// <summary>Funds to choose from, by time bank.</summary>
    public Dictionary<int, IReadOnlyList<ReserveFund>> Funds { get; } = [];

    public string TypeFrom => TypeOf(From);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostProposeAsync()
    {
        Amount? cost = Read("Cost", () => AmountText.ReadPositive(Cost ?? ""));
        LocalDate? from = Read("From", () => (LocalDate?)DayText.Read(From));
        return cost is not null && from is { } day
            ? await Did("holders.said-proposed", () => Session.Run(
                new ProposePointReserve(FormKey, Programme ?? 0, Fund, cost, day, Reason ?? ""), Ct))
            : await Again();
    }

    public Task<IActionResult> OnPostDecideAsync(long id, bool agrees) => Did(
        agrees ? "holders.said-reserve" : "holders.said-dropped", () => Session.Run(new DecidePointReserve(FormKey, id, agrees), Ct));

    private async Task<IActionResult> Did(string said, Func<Task> act)
    {
        if (await Try(act))
        {
            Said = W[said];
            return RedirectToPage();
        }

        return await Again();
    }

    private async Task<IActionResult> Again()
    {
        var no = Refusal;
        Unprocessable();
        await Load();
        Refusal = no ?? Refusal;
        return Page();
    }

    private Task<bool> Load() => Try(async () =>
    {
        Rows = await Session.Ask(new ReserveCover(), Ct);
        foreach (CoverRow row in Rows.Where(row => row.MayAct))
        {
            Funds[row.Programme] = await Session.Ask(new ReserveFunds(row.Programme), Ct);
        }
    });
}
