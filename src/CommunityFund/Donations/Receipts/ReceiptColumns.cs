using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>A row of the fiscal system's list, as far as it can be read.</summary>
/// <param name="RowNo">Its row in the file, from 1.</param>
/// <param name="IssuedOn">Null if the cell is no day.</param>
/// <param name="Units">Null if the cell is no amount.</param>
/// <param name="IsVoid">The list says that it was spoiled or taken back.</param>
/// <param name="IsRed">Its amount is negative: it takes another one back and is never valid itself.</param>
/// <param name="Original">The number that a red one takes back, where the list tells; else empty.</param>
internal sealed record ListedReceipt(
    int RowNo, string Code, string Number, string CheckCode, LocalDate? IssuedOn, string Payer, long? Units, bool IsVoid,
    bool IsRed, string Original);

/// <summary>Finds out what a list's columns are by their headings; provinces name them differently.</summary>
internal static class ReceiptColumns
{
    private static readonly string[] Codes = ["票据代码", "代码", "code"], Numbers = ["票据号码", "票据号", "号码", "number"],
        Checks = ["校验码", "check"], Days = ["开票日期", "填开日期", "开具日期", "日期", "date"],
        Payers = ["交款人", "付款人", "捐赠人", "缴款人", "payer"], Amounts = ["金额合计", "开票金额", "捐赠金额", "金额", "amount"],
        Originals = ["原票据号码", "原票号", "被冲红票据号码", "original"],
        States = ["票据状态", "状态", "state", "status"], Spoiled = ["作废", "冲红", "红冲", "退票", "void", "cancel"];

    /// <summary>Null if no row among the first is a heading with numbers and amounts.</summary>
    public static IReadOnlyList<ListedReceipt>? Read(IReadOnlyList<string[]> rows)
    {
        for (int at = 0; at < Math.Min(rows.Count, 20); at++)
        {
            string[] head = rows[at];
            int original = Find(head, Originals), number = Find([.. head.Select((cell, no) => no == original ? "" : cell)], Numbers),
                amount = Find(head, Amounts), day = Find(head, Days);
            if (number >= 0 && amount >= 0 && day >= 0)
            {
                int code = Find(head, Codes), check = Find(head, Checks), payer = Find(head, Payers), state = Find(head, States);
                int first = at + 1;
                return
                [
                    .. rows.Skip(first).Select((row, index) => new ListedReceipt(
                        first + index + 1, Bare(Cell(row, code)), Bare(Cell(row, number)), Bare(Cell(row, check)),
                        Day(Cell(row, day)), Cell(row, payer), Fen(Cell(row, amount)) is { } units ? Math.Abs(units) : null,
                        Spoiled.Any(word => Cell(row, state).Contains(word, StringComparison.OrdinalIgnoreCase)),
                        Fen(Cell(row, amount)) < 0, Bare(Cell(row, original))))
                        .Where(row => row.Number.Length > 0 && row.Number.All(char.IsAsciiDigit)),
                ];
            }
        }

        return null;
    }

    private static LocalDate? Day(string typed)
    {
        try
        {
            return DayText.Read(typed.Split(' ')[0]);
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private static long? Fen(string typed) =>
        decimal.TryParse(typed.TrimStart('¥', '￥'), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal yuan)
            && Math.Abs(yuan) < 1_000_000_000_000m && yuan * 100 == Math.Truncate(yuan * 100) ? (long)(yuan * 100) : null;

    private static string Bare(string cell) => cell.TrimStart('\'').Replace(" ", "", StringComparison.Ordinal);

    private static string Cell(string[] row, int at) => at >= 0 && at < row.Length ? row[at] : "";

    /// <summary>The first heading that is one of the names, else the first that contains one; earlier names are surer.</summary>
    private static int Find(string[] head, string[] names) =>
        names.Select(name => Array.FindIndex(head, cell => string.Equals(cell, name, StringComparison.OrdinalIgnoreCase)))
            .Concat(names.Select(name => Array.FindIndex(head, cell => cell.Contains(name, StringComparison.OrdinalIgnoreCase))))
            .FirstOrDefault(at => at >= 0, -1);
}
