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

    public Task OnGet() => Try(() => Ask(Session.Ask));

    public async Task<IActionResult> OnGetWorkbook() => await Try(() => Ask(Session.Download))
        ? File(TrialBalanceWorkbook.Draw(View!, W), Xlsx, TrialBalanceWorkbook.FileName(View!, W))
        : Page();

    public Task<IActionResult> OnGetPdf() => TakePdf(async () =>
    {
        await Ask(Session.Download);
        return TrialBalancePaper.Of(View!, W);
    });

    private async Task Ask(Func<TrialBalance, CancellationToken, Task<TrialBalanceView>> answer)
    {
        Choice = await Session.Ask(new StatementChoices(), Ct);
        View = await answer(
            new TrialBalance(Form.FromPeriod(Choice), Form.ToPeriod(Choice), Form.FundId(), Form.ShownLevel, Form.ByFund,
                Form.Zero, Form.WithBelow), Ct);
    }
}
