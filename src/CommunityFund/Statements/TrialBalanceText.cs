using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>The trial balance as plain text in columns, for a terminal and for tests; the reader's language names them.</summary>
public static class TrialBalanceText
{
    public static string Draw(TrialBalanceView view, Words words)
    {
        List<string[]> table =
        [
            [words["statement.code"], words["statement.name"], .. Heads(words)],
            .. view.Rows.Select(row =>
            Cells(row.Fund is null ? row.Code : "", Indent(row) + (row.Fund?.ToString() ?? row.Name), row.Figures)),
            Cells("", words["statement.total"], view.Totals),
        ];
        StringBuilder text = new();
        text.Append(words["statement.trial-balance"]).Append('\n')
            .Append(words["statement.body-is", view.Body]).Append('\n')
            .Append(words["statement.period-is", new PeriodNumber(view.FromPeriod), new PeriodNumber(view.ToPeriod)])
            .Append('\n')
            .Append(words["statement.funds-are", view.Funds.Text(words)]).Append('\n');
        text.AppendJoin("", TextColumns.Draw(table, column => column < 2).Select(line => line + "\n"));
        return text.Append(words[view.IsBalanced ? "statement.balanced" : "statement.unbalanced"]).Append('\n').ToString();
    }

    private static IEnumerable<string> Heads(Words words) =>
        new[] { "statement.opening", "statement.turnover", "statement.year", "statement.closing" }
            .SelectMany(pair => new[] { "statement.debit", "statement.credit" }.Select(side => $"{words[pair]} {words[side]}"));

    private static string Indent(TrialBalanceRow row) => new(' ', (2 * (row.Level - 1)) + (row.Fund is null ? 0 : 4));

    private static string[] Cells(string code, string name, TrialFigures figures) =>
        [code, name, .. figures.Columns.Select(amount => amount.IsZero ? "-" : Figures.Of(amount))];
}
