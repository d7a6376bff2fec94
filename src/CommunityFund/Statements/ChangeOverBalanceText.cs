using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>Both trial balances side by side as plain text in columns.</summary>
public static class ChangeOverBalanceText
{
    public static string Draw(ChangeOverBalanceView view, Words words)
    {
        string[] pairs = [words["statement.old-end", view.Day.PlusDays(-1)], words["statement.moved"], words["statement.new-start", view.Day]];
        List<string[]> table =
        [
            [words["statement.old-code"], words["statement.old-name"], words["statement.new-code"], words["statement.new-name"],
                .. pairs.SelectMany(pair => new[] { $"{pair} {words["statement.debit"]}", $"{pair} {words["statement.credit"]}" })],
            .. view.Rows.Select(row => Cells(row.OldCode, Indent(row) + row.OldName, row.NewCode, Indent(row) + row.NewName, row.Figures)),
            Cells("", words["statement.total"], "", "", view.Totals),
        ];
        List<string[]> funds =
        [
            [words["statement.fund"], words["statement.net-old", view.Day.PlusDays(-1)], words["statement.recognised"],
                words["statement.net-new", view.Day], words["statement.difference"]],
            .. view.Proofs.Select(proof => new[]
            {
                proof.Fund.ToString(), Figures.Of(proof.NetAssets), Figures.Of(proof.Recognised), Figures.Of(proof.After),
                Figures.Of(proof.Difference),
            }),
        ];
        StringBuilder text = new();
        text.Append(words["statement.change-over"]).Append('\n')
            .Append(words["statement.body-is", view.Body]).Append('\n')
            .Append(words["statement.from-to", view.OldName, view.NewName]).Append('\n')
            .Append(words["statement.funds-are", view.Funds.Text(words)]).Append('\n')
            .AppendJoin("", TextColumns.Draw(table, column => column < 4).Select(line => line.TrimEnd() + "\n"))
            .Append('\n')
            .AppendJoin("", TextColumns.Draw(funds, column => column < 1).Select(line => line.TrimEnd() + "\n"));
        return text.Append(words[view.IsProved ? "statement.proved" : "statement.not-proved"]).Append('\n').ToString();
    }

    private static string Indent(ChangeOverRow row) => new(' ', 2 * (row.Level - 1));

    private static string[] Cells(string oldCode, string oldName, string newCode, string newName, ChangeOverFigures figures) =>
        [oldCode, oldName, newCode, newName, .. figures.Columns.Select(amount => amount.IsZero ? "-" : Figures.Of(amount))];
}
