using CommunityFund.Books;

namespace CommunityFund.Statements;

/// <summary>A ledger as plain text in columns, for a terminal and for tests.</summary>
public static class LedgerText
{
    public static string Draw(LedgerSheet sheet, Words words)
    {
        List<string[]> table =
        [
            [.. sheet.Columns.Select(column => column.Label)],
            .. sheet.Rows.Concat(sheet.Feet).Select(row => row.Cells.Select(Text).ToArray()),
        ];
        return string.Join('\n', new[]
        {
            sheet.Title, words["statement.body-is", sheet.Head.Body].Value, sheet.Head.Days(words),
            words["statement.funds-are", sheet.Head.Funds.Text(words)].Value,
        }.Concat(TextColumns.Draw(table, column => !sheet.Columns[column].IsMoney)).Select(line => line.TrimEnd())) + "\n";
    }

    private static string Text(SheetCell cell) =>
        (cell.Amount is { } amount ? Figures.Of(amount) : cell.Text) + (cell.Note is null ? "" : $" [{cell.Note}]");
}
