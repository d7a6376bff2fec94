using CommunityFund.Ledger;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>Rows with more cells than the header: a comma without quotes has moved what stands behind it.</summary>
internal sealed class RowWidths
{
    private readonly StatementHeader header;
    private readonly bool shiftsAmounts;

    // Where words stand left of money, a comma in them moves it to another column; unless most rows are wider than the header.
    public RowWidths(StatementHeader header)
    {
        this.header = header;
        int[] money = [.. new[] { MoneyIn, MoneyOut, EitherWay, Balance }.SelectMany(header.Places)];
        StatementRow[] rows = [.. header.Sample.Where(ColumnGuess.LooksLikeALine)];
        shiftsAmounts = money.Length > 0 && header.Row.LineNo > 0 && (rows.Any(row => IsWide(row) && HasSplitThousands(row))
            || (rows.Count(IsWide) * 2 <= rows.Length
                && new[] { Summary, Remark, CounterpartyName }.SelectMany(header.Places).Any(place => place < money.Max())));
    }

    public bool IsWide(StatementRow row) => row.Cells.Length > header.Width && row.Cells.Skip(header.Width).Any(cell => cell.Length > 0);

    /// <exception cref="RefusedException">bank.cells-shifted: its amounts may stand in other columns than they belong to.</exception>
    public void RefuseShifted(StatementRow row)
    {
        if (shiftsAmounts)
        {
            throw new RefusedException(StatementRefusal.CellsShifted, ("line", row.LineNo), ("cells", row.Cells.Length),
                ("columns", header.Width));
        }
    }

    // 1,000.00 without quotes.
    private static bool HasSplitThousands(StatementRow row) => row.Cells.Zip(row.Cells.Skip(1)).Any(pair =>
        pair.First.Length is > 0 and <= 4 && pair.First.TrimStart('-').All(char.IsAsciiDigit)
        && pair.Second.Length == 6 && pair.Second[3] == '.' && StatementCell.Fen(pair.Second) is not null);
}
