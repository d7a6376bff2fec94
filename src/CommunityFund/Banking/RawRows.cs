using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>The first rows of an upload as they stand, whether they were understood or not.</summary>
internal static class RawRows
{
    private const int Most = 40, MostWide = 60, LongestCell = 60;

    /// <param name="file">What was understood; null if nothing was.</param>
    public static FirstRows Of(StatementBytes content, string fileName, StatementReading said, StatementFile? file)
    {
        try
        {
            IReadOnlyList<StatementSheet> sheets = StatementFile.SheetsOf(content, fileName, said);
            StatementReading where = file is null ? said : said with { Sheet = file.Sheet, HeaderRow = null, Columns = null };
            HeaderSearch search = new(sheets, where, []);
            StatementHeader? header = file is null ? search.Likely() : Found(search) ?? search.Likely();
            return header is null ? FirstRows.None : new FirstRows(
                [.. sheets.Select(sheet => sheet.Name)], header.Sheet.Name, header.Sheet.Encoding.Length > 0, header.Sheet.Encoding,
                [.. header.Head.Take(Most).Select(row => (row.LineNo, Cells(row)))],
                Math.Min(MostWide, header.Head.Take(Most).Max(row => row.Cells.Length)));
        }
        catch (RefusedException)
        {
            return FirstRows.None;
        }
    }

    private static StatementHeader? Found(HeaderSearch search)
    {
        try
        {
            return search.Find();
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string> Cells(StatementRow row) =>
        [.. row.Cells.Take(MostWide).Select(cell => StatementCell.Shorten(cell, LongestCell))];
}
