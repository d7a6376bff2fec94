using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>All statements of a period's standard, and where each is drawn.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true, Name = "")]
    public StatementForm Form { get; set; } = new();

    public StatementChoice? Choice { get; private set; }

    public IReadOnlyList<StatementItem> Items { get; private set; } = [];

    public Task OnGet() => Try(async () =>
    {
        Choice = await Session.Ask(new StatementChoices(), Ct);
        Items = await Session.Ask(new StatementList(Form.ToPeriod(Choice)), Ct);
    });

    /// <summary>The period that statements are drawn for, as an address carries it.</summary>
    public string Period => StatementForm.Number(Form.ToPeriod(Choice!));
}
