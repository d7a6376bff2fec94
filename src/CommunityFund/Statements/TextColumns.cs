namespace CommunityFund.Statements;

/// <summary>A table as plain text in columns.</summary>
internal static class TextColumns
{
    /// <param name="left">Whether a column is set to the left.</param>
    public static IEnumerable<string> Draw(IReadOnlyList<string[]> table, Func<int, bool> left)
    {
        int[] widths = [.. table[0].Select((_, column) => table.Max(cells => Width(cells[column])))];
        return table.Select(cells => string.Join("  ", cells.Select((cell, column) => Pad(cell, widths[column], left(column)))));
    }

    private static string Pad(string cell, int width, bool left)
    {
        string space = new(' ', width - Width(cell));
        return left ? cell + space : space + cell;
    }

    // A Chinese character takes two places in a terminal.
    private static int Width(string cell) => cell.Sum(c => c >= 0x2E80 ? 2 : 1);
}
