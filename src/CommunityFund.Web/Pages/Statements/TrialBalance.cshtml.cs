using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Statements;

public sealed class TrialBalanceModel : FundPage
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty(SupportsGet = true, Name = "")]
    public StatementForm Form { get; set; } = new();

    public StatementChoice? Choice { get; private set; }

    public TrialBalanceView? View { get; private set; }

    public Task OnGet() => Try(Ask);

    public async Task<IActionResult> OnGetWorkbook() => await Try(Ask)
        ? File(TrialBalanceWorkbook.Draw(View!, W), Xlsx, TrialBalanceWorkbook.FileName(View!, W))
        : Page();

    private async Task Ask()
    {
        Choice = await Session.Ask(new StatementChoices(), Ct);
        View = await Session.Ask(
            new TrialBalance(Form.FromPeriod(Choice), Form.ToPeriod(Choice), Form.FundId(), Form.ShownLevel, Form.ByFund,
                Form.Zero, Form.WithBelow), Ct);
    }
}
