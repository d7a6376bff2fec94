using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Statements;

public sealed class AccountLinesModel : FundPage
{
    [BindProperty(SupportsGet = true, Name = "")]
    public StatementForm Form { get; set; } = new();

    [BindProperty(SupportsGet = true, Name = "account")]
    public string? Account { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public StatementChoice? Choice { get; private set; }

    public AccountLinesView? View { get; private set; }

    public Task OnGet() => Try(async () =>
    {
        Choice = await Session.Ask(new StatementChoices(), Ct);
        View = await Session.Ask(
            new AccountLines(Account ?? "", Form.FromPeriod(Choice), Form.ToPeriod(Choice), Form.FundId(), Form.WithBelow,
                Number), Ct);
    });
}
