using CommunityFund.Funds;
using CommunityFund.Vouchers;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>One fund: its three numbers, what makes them up, its restricted gifts and its last entries.</summary>
public sealed class ShowModel : FundPage
{
    private const int LotsShown = 50;

    public FundExplanation? Fund { get; private set; }

    public IReadOnlyList<LastEntry> Last { get; private set; } = [];

    public Pager? Lots => Fund is { Lots.Total: > LotsShown } ? new Pager(LotPage, LotsShown, Fund.Lots.Total) : null;

    [BindProperty(SupportsGet = true, Name = "p")]
    public string? P { get; set; }

    private int LotPage =>
        int.TryParse(P, System.Globalization.CultureInfo.InvariantCulture, out int page) ? Math.Clamp(page, 1, 100_000) : 1;

    public Task OnGetAsync(int id) => Try(async () =>
    {
        Fund = await Session.Ask(new FundExplained(id, LotPage, LotsShown), Ct);
        Last = await Session.Ask(new LastEntries(10, id), Ct);
    });
}
