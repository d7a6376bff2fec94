using System.Text.RegularExpressions;
using CommunityFund.Ledger;
using NodaTime;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>Tells rows that move no money: totals and balances brought forward, wherever their label stands and whether they have
/// a day or not; notes; the header again; a change of name that leaves the balance as it was.</summary>
internal sealed partial class TotalRows(StatementHeader header)
{
    private static readonly StatementColumn[] Amounts = [MoneyIn, MoneyOut, EitherWay, Sale, Repaid];
    private static readonly StatementColumn[] Days = [BookedOn, HappenedOn, BookedAt, HappenedAt];

    private Int128 sumIn, sumOut;
    private (long Fen, long? Balance)? last;

    /// <summary>A line before the row that is asked about.</summary>
    public void Saw(long fen, long? balance)
    {
        (sumIn, sumOut) = (sumIn + Math.Max(fen, 0), sumOut - Math.Min(fen, 0));
        last = (fen, balance);
    }

    public bool Has(StatementRow row, LocalDate? day)
    {
        bool noAmount = Amounts.All(column => StatementCell.SaysNothing(header.Cell(row, column)));
        if (day is not null)
        {
            return (noAmount && (row.Cells.Any(SumsUp) || LeavesTheBalance(row))) || IsLabelled(row) || IsPrintedAt(row);
        }

        return (noAmount && !MovesTheBalance(row)) || header.IsRepeatedIn(row) || IsNote(row)
            || (IsUndated(row) && (SumsUp(row.Cells.First(cell => cell.Length > 0)) || row.Cells.Any(IsLabel) || IsBareSum(row)));
    }

    // Where a day should stand there is nothing or a label: 2026年3月32日 is a line that cannot be read, whoever paid it.
    private bool IsUndated(StatementRow row) => Days.Select(column => header.Cell(row, column))
        .All(cell => StatementCell.SaysNothing(cell) || SumsUp(cell) || IsLabel(cell) || Month().IsMatch(cell));

    private bool IsLabelled(StatementRow row) => row.Cells.Any(IsLabel)
        && new[] { CounterpartyName, PayerName, PayeeName }.All(column => header.Cell(row, column) is { } name
            && (StatementCell.SaysNothing(name) || IsLabel(name)));

    /// <summary>The names of totals below a platform's bill, and its note of when it was written: too few cells to be a line.</summary>
    private static bool IsNote(StatementRow row) => !row.Cells.Any(cell => StatementCell.Fen(cell) is not null);

    private bool IsPrintedAt(StatementRow row) => row.Cells.Count(cell => cell.Length > 0) < 5
        && Amounts.Select(column => header.Cell(row, column)).Where(cell => cell.Length > 0).ToArray() is { Length: > 0 } told
        && told.All(Words().IsMatch);

    // A spreadsheet's user adds a sum and no word.
    private bool IsBareSum(StatementRow row)
    {
        HashSet<int> figures = [.. Amounts.Append(Balance).Append(Fee).SelectMany(header.Places)];
        long? moneyIn = Fen(row, MoneyIn), moneyOut = Fen(row, MoneyOut), either = Fen(row, EitherWay);
        return row.Cells.Where((cell, i) => !figures.Contains(i)).All(cell => StatementCell.SaysNothing(cell) || Month().IsMatch(cell))
            && (header.HasBothWays ? (moneyIn ?? 0) == sumIn && Math.Abs(moneyOut ?? 0) == sumOut
                : either is not null && (either == sumIn - sumOut || either == sumIn));
    }

    private bool LeavesTheBalance(StatementRow row) => Fen(row, Balance) is { } balance && last is { Balance: { } before } line
        && (balance == before || balance == before - line.Fen);

    // Where a day should stand is something that we cannot read, and the balance is another one.
    private bool MovesTheBalance(StatementRow row) => !IsUndated(row) && last is { Balance: not null } && Fen(row, Balance) is not null
        && !LeavesTheBalance(row);

    private long? Fen(StatementRow row, StatementColumn column) => StatementCell.Fen(header.Cell(row, column));

    private static bool SumsUp(string cell) =>
        BankVocabulary.TotalWords.Any(word => cell.StartsWith(word, StringComparison.Ordinal));

    private static bool IsLabel(string cell) =>
        cell.Length is > 1 and <= 20 && cell.AsSpan().IndexOfAny("计余结页承") >= 0 && Label().IsMatch(cell);

    [GeneratedRegex(
        """
        \A\W*
        ((人民币|币种|账户|借方|贷方|收入|支出|发生额|交易|金额|本|当|该|全|各|上|前|累计|以上)? (日|周|月|季度?|年度?|页|期|次|账户|天)?
         (借方|贷方|收入|支出|发生额?|余额|交易|金额|笔数)? (合\s*计|累\s*计|小\s*计|总\s*计) (数|额|金额|笔数|余额|发生额|收入|支出)?
         | (期初|期末|月初|月末|年初|年末|上期|上月|上年|本期|昨日|上日|承前|初始) (账户)? (余额|结余|结存|结转)
         | 承前页|过次页|承上页|转下页|承上年|上年结转|上月结转|上期结转|结转下年|结转下月|结转下页|本页结转)
        \W*\z
        """, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, 20_000)]
    private static partial Regex Label();

    [GeneratedRegex(@"\A[0-9]{4}([-/.年])[0-9]{1,2}月?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex Month();

    [GeneratedRegex(@"\A[\u4E00-\u9FFF：:]+\z", RegexOptions.CultureInvariant, 20_000)]
    private static partial Regex Words();
}
