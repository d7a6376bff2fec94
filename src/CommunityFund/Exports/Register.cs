using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>One register of the workbook: its columns and its rows as they come.</summary>
/// <param name="Key">Names it among the words, <c>export.register.KEY</c>.</param>
/// <param name="Expected">How many rows it has in this snapshot; null for few of which the number is not known before.</param>
/// <param name="IsHashed">Whether its rows stay as they are for the same day; what waits, and names, do not.</param>
internal sealed record Register(
    string Key, IReadOnlyList<RegisterColumn> Columns, long? Expected,
    Func<CancellationToken, IAsyncEnumerable<RegisterCell[]>> Rows, bool IsHashed = true)
{
    /// <summary>So many columns from the left are printed; null for all but the check of the row.</summary>
    public int? Printed { get; init; }

    /// <summary>On one sheet of paper letters become too small from some 220 on.</summary>
    public int PagesWide => 1 + (Columns.Take(Printed ?? Columns.Count).Sum(column => column.Width) / 221);
}
