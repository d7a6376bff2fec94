using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>One row of the file: cleaned cells, and the 1-based line where it begins.</summary>
internal sealed record StatementRow(int LineNo, string[] Cells)
{
    public string Cell(int column) => column < Cells.Length ? Cells[column] : "";
}

/// <summary>One table of a file: a text, a sheet of a workbook, a table of a page. It is read from the beginning as often as
/// asked, a row at a time.</summary>
/// <param name="Name">The sheet's, with the archive's entry before it; "" where the file is one table.</param>
/// <param name="Encoding">How its text was written; a workbook's is no question.</param>
internal abstract class StatementSheet(string name, string encoding)
{
    /// <summary>More columns than any bank writes.</summary>
    public const int MostColumns = 500;

    /// <summary>A longer cell is no statement's.</summary>
    public const int LongestCell = 4_000;

    /// <summary>Lines of all kinds that a sheet may have.</summary>
    public const int MostRows = StatementFile.MostLines + StatementHeader.RowsSearched + StatementTable.MostOtherRows;

    public string Name { get; } = name;

    public string Encoding { get; } = encoding;

    /// <summary>Whether characters of its text were cut in half.</summary>
    public virtual bool HasHalves => false;

    /// <summary>What may stand between two cells; a workbook knows where its cells are.</summary>
    public virtual char[] Delimiters => ['\0'];

    /// <param name="width">How many cells the table has.</param>
    /// <param name="until">The last line asked for. Who looks for the header, by one delimiter after the other, is not told of
    /// cells that are too long or too many.</param>
    /// <exception cref="RefusedException">bank.* says which line cannot be read.</exception>
    public abstract IEnumerable<StatementRow> Rows(char delimiter, int width, int until = int.MaxValue);

    /// <summary>Refuses at once what can be seen to be too long before it is read.</summary>
    /// <returns>How many rows its bytes tell of; 0 where only reading tells.</returns>
    public virtual int RefuseTooLong() => 0;

    protected static StatementRow Checked(StatementRow row, int until) =>
        until < int.MaxValue ? row
        : row.Cells.Length > MostColumns ? throw new RefusedException(StatementRefusal.TooWide, ("limit", MostColumns))
        : row.Cells.Any(cell => cell.Length > LongestCell)
            ? throw new RefusedException(StatementRefusal.LineTooLong, ("line", row.LineNo), ("limit", LongestCell))
        : row;

    protected static RefusedException TooManyLines => new(StatementRefusal.TooManyLines, ("limit", StatementFile.MostLines));
}
