using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>One statement on screen; every figure leads to its lines.</summary>
public sealed class FormModel : FundPage
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty(SupportsGet = true, Name = "")]
    public StatementForm Form { get; set; } = new();

    /// <summary>Key of the statement.</summary>
    [BindProperty(SupportsGet = true, Name = "form")]
    public string Key { get; set; } = "balance-sheet";

    public StatementChoice? Choice { get; private set; }

    public IReadOnlyList<StatementItem> Items { get; private set; } = [];

    public FormView? View { get; private set; }

    public Task OnGet() => Try(async () => View = await Session.Ask(await Asked(), Ct));

    public async Task<IActionResult> OnGetWorkbook() =>
        await Try(async () => View = await Session.Download(await Asked(), Ct))
            ? File(FormWorkbook.Draw(View!, W), Xlsx, FormWorkbook.FileName(View!, "xlsx"))
            : Page();

    public async Task<IActionResult> OnGetText() =>
        await Try(async () => View = await Session.Download(await Asked(), Ct))
            ? File(System.Text.Encoding.UTF8.GetBytes(FormText.Draw(View!, W)), "text/plain; charset=utf-8", FormWorkbook.FileName(View!, "txt"))
            : Page();

    public Task<IActionResult> OnGetPdf() => TakePdf(async () =>
    {
        View = await Session.Download(await Asked(), Ct);
        return FormPaper.Of(View, W);
    });

    /// <summary>This address with other parts.</summary>
    public Dictionary<string, string> With(params IReadOnlyList<(string Name, string? Value)> parts)
    {
        Dictionary<string, string?> all = new()
        {
            ["form"] = Key,
            ["from"] = Form.From,
            ["to"] = Form.To,
            ["fund"] = Form.Fund,
            ["below"] = Form.Below,
            ["asOf"] = Form.AsOf,
            ["known"] = Form.Known,
        };
        foreach ((string name, string? value) in parts)
        {
            all[name] = value;
        }

        return all.Where(part => !string.IsNullOrEmpty(part.Value)).ToDictionary(part => part.Key, part => part.Value!);
    }

    /// <summary>Where a figure leads.</summary>
    public Dictionary<string, string> Figure(FormViewRow row, FormViewColumn column) => With(
        ("from", StatementForm.Number(View!.Head.Range.FromPeriod)), ("to", StatementForm.Number(View.Head.Range.ToPeriod)),
        ("row", row.Key), ("column", column.Key));

    /// <summary>This very state of the books, whatever is posted later.</summary>
    public Dictionary<string, string> Pinned => With(
        ("from", StatementForm.Number(View!.Head.Range.FromPeriod)), ("to", StatementForm.Number(View.Head.Range.ToPeriod)),
        ("known", W.Show(View.Head.KnownAt)));

    /// <summary>Spans of the last month's year that are asked for most.</summary>
    public IEnumerable<(string Words, int From, int To)> Spans()
    {
        int to = Form.ToPeriod(Choice!), year = to / 100 * 100, month = Math.Min(12, to % 100);
        yield return ("statements.one-month", to, to);
        yield return ("statements.quarter", year + (((month - 1) / 3 * 3) + 1), year + ((month + 2) / 3 * 3));
        yield return ("statements.year-to-date", year + 1, to);
        yield return ("statements.whole-year", year + 1, year + 13);
    }

    private async Task<Statement> Asked()
    {
        Choice = await Session.Ask(new StatementChoices(), Ct);
        int to = Form.ToPeriod(Choice), from = string.IsNullOrWhiteSpace(Form.From) ? to : Form.FromPeriod(Choice);
        Form.From = StatementForm.Number(from);
        Items = await Session.Ask(new StatementList(to), Ct);
        Form.Below ??= Items.Any(item => item.Key == Key && item.OfFund) ? "no" : null; // a fund's own sheet is about it alone
        return Form.Statement(Key, from, to);
    }
}
