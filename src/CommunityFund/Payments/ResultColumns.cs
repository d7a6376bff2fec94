using System.Globalization;
using System.Text.RegularExpressions;

namespace CommunityFund.Payments;

/// <summary>What a row of a bank's result file says.</summary>
/// <param name="RowNo">The payment's number in its batch, where the bank handed it back.</param>
/// <param name="Succeeded">Null while the bank is still at it.</param>
internal sealed record ResultLine(int? RowNo, string Account, long? Units, bool? Succeeded, string Reason);

/// <summary>
/// Finds out what a result file's columns are by their headings; banks name them differently. Failure is looked for before success,
/// because 未成功 contains 成功.
/// </summary>
internal static partial class ResultColumns
{
    private static readonly string[] Accounts = ["收款账号", "收款人账号", "对方账号", "收方账号", "账号", "account"],
        Amounts = ["交易金额", "付款金额", "转账金额", "金额", "amount"],
        States = ["处理状态", "交易状态", "处理结果", "交易结果", "付款状态", "状态", "结果", "status", "result"],
        Reasons = ["失败原因", "错误信息", "返回信息", "原因", "说明", "reason", "message"],
        Failures = ["不成功", "未成功", "unsuccess", "失败", "退回", "退汇", "拒绝", "错误", "fail", "reject", "error", "return"],
        Pending = ["未完成", "处理中", "待处理", "incomplete", "not complete", "pending", "processing"],
        Successes = ["成功", "已付", "已入账", "完成", "success", "paid", "done"];

    /// <summary>Null if no row is a heading with a state.</summary>
    public static IReadOnlyList<ResultLine>? Read(IReadOnlyList<string[]> rows, long batch)
    {
        for (int at = 0; at < Math.Min(rows.Count, 40); at++)
        {
            string[] head = rows[at];
            int state = Find(head, States), account = Find(head, Accounts), amount = Find(head, Amounts), reason = Find(head, Reasons);
            if (state >= 0 && (account >= 0 || head.Count(cell => cell.Length > 0) > 1))
            {
                return [.. rows.Skip(at + 1).Select(row => Line(row, batch, account, amount, state, reason == state ? -1 : reason))
                    .Where(line => line.RowNo is not null || (line.Account.Length > 0 && line.Units is not null))];
            }
        }

        return null;
    }

    private static ResultLine Line(string[] row, long batch, int account, int amount, int state, int reason)
    {
        Match own = row.Select(cell => RowId().Match(cell))
            .FirstOrDefault(match => match.Success && match.Groups["batch"].Value == batch.ToString(CultureInfo.InvariantCulture), Match.Empty);
        string said = Cell(row, state);
        bool? succeeded = Failures.Any(word => said.Contains(word, StringComparison.OrdinalIgnoreCase)) ? false
            : Pending.Any(word => said.Contains(word, StringComparison.OrdinalIgnoreCase)) ? null
            : Successes.Any(word => said.Contains(word, StringComparison.OrdinalIgnoreCase)) ? true : null;
        return new ResultLine(
            own.Success ? int.Parse(own.Groups["row"].Value, CultureInfo.InvariantCulture) : null,
            Cell(row, account).TrimStart('\'').Replace(" ", "", StringComparison.Ordinal), Fen(Cell(row, amount)), succeeded,
            Cell(row, reason) is { Length: > 0 } why ? why : said);
    }

    private static long? Fen(string typed) =>
        decimal.TryParse(typed.Replace("¥", "", StringComparison.Ordinal), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal yuan)
            && Math.Abs(yuan) < 1_000_000_000m && yuan * 100 == Math.Truncate(yuan * 100) ? (long)Math.Abs(yuan * 100) : null;

    private static string Cell(string[] row, int at) => at >= 0 && at < row.Length ? row[at] : "";

    /// <summary>The first heading that is one of the names, else the first that contains one; earlier names are surer.</summary>
    private static int Find(string[] head, string[] names) =>
        names.Select(name => Array.FindIndex(head, cell => string.Equals(cell, name, StringComparison.OrdinalIgnoreCase)))
            .Concat(names.Select(name => Array.FindIndex(head, cell => cell.Contains(name, StringComparison.OrdinalIgnoreCase))))
            .FirstOrDefault(at => at >= 0, -1);

    [GeneratedRegex(@"(?<![0-9A-Za-z])P(?<batch>\d{1,9})-(?<row>\d{1,3})(?![0-9])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RowId();
}
