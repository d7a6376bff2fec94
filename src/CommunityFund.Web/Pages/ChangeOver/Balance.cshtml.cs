using System.Globalization;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.ChangeOver;

/// <summary>Both trial balances side by side, with what the change-over moved between them.</summary>
public sealed class BalanceModel : FundPage
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty(SupportsGet = true)]
    public string? Fund { get; set; }

    public StatementChoice? Choice { get; private set; }

    public ChangeOverBalanceView? View { get; private set; }

    public int? FundId => int.TryParse(Fund, NumberStyles.None, CultureInfo.InvariantCulture, out int fund) ? fund : null;

    public Task OnGetAsync() => Try(() => Ask(Session.Ask));

    public async Task<IActionResult> OnGetWorkbookAsync() => await Try(() => Ask(Session.Download))
        ? File(ChangeOverBalanceWorkbook.Draw(View!, W), Xlsx, ChangeOverBalanceWorkbook.FileName(View!, W))
        : Page();

    private async Task Ask(Func<ChangeOverBalance, CancellationToken, Task<ChangeOverBalanceView>> answer)
    {
        Choice = await Session.Ask(new StatementChoices(), Ct);
        View = await answer(new ChangeOverBalance(FundId), Ct);
    }
}
