using CommunityFund.Books;
using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>What a figure of a statement is made of.</summary>
public sealed class FigureModel : FundPage
{
    [BindProperty(SupportsGet = true, Name = "")]
    public StatementForm Form { get; set; } = new();

    [BindProperty(SupportsGet = true, Name = "form")]
    public string Key { get; set; } = "balance-sheet";

    [BindProperty(SupportsGet = true)]
    public string Row { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string Column { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? Account { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? OfFund { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public FigureView? View { get; private set; }

    public Task OnGet() => Try(async () =>
    {
        StatementChoice choice = await Session.Ask(new StatementChoices(), Ct);
        int to = Form.ToPeriod(choice), from = string.IsNullOrWhiteSpace(Form.From) ? to : Form.FromPeriod(choice);
        View = await Session.Ask(new StatementFigure(Form.Statement(Key, from, to), Row, Column, Account, OfFund, Math.Clamp(Number, 1, 100_000)), Ct);
    });

    /// <summary>Parts of the address that stay, with others.</summary>
    public Dictionary<string, string> With(params IReadOnlyList<(string Name, string? Value)> parts)
    {
        Dictionary<string, string?> all = new()
        {
            ["form"] = Key,
            ["row"] = Row,
            ["column"] = Column,
            ["from"] = Form.From,
            ["to"] = Form.To,
            ["fund"] = Form.Fund,
            ["below"] = Form.Below,
            ["asOf"] = Form.AsOf,
            ["known"] = Form.Known,
            ["account"] = Account,
            ["ofFund"] = OfFund,
        };
        foreach ((string name, string? value) in parts)
        {
            all[name] = value;
        }

        return all.Where(part => !string.IsNullOrEmpty(part.Value)).ToDictionary(part => part.Key, part => part.Value!);
    }
}
