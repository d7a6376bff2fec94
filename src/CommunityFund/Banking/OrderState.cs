using System.Text.RegularExpressions;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>What a column of states says became of a line. A list of orders has many that were never paid, or came back; in a
/// statement the balance says what moved, and a state no more than a note.</summary>
internal static partial class OrderState
{
    /// <summary>Whether nothing was paid in the end.</summary>
    public static bool IsClosed(StatementHeader header, StatementRow row) => header.Has(Status) && header.Cells(row, Status).Any(cell =>
        BankVocabulary.Closed.Contains(cell) || (!header.Has(Balance) && cell.Length <= 30 && !IsPaid(cell) && NotPaid().IsMatch(cell)));

    /// <summary>Whether no word of the state is known, and no balance tells.</summary>
    public static bool IsUnknown(StatementHeader header, StatementRow row) => header.Has(Status) && !header.Has(Balance)
        && header.Cells(row, Status).Where(cell => !StatementCell.SaysNothing(cell)).ToArray() is { Length: > 0 } told
        && !IsClosed(header, row)
        && !told.Any(cell => IsPaid(cell) || BankVocabulary.GivenBack.Contains(cell) || BankVocabulary.Directions.ContainsKey(cell));

    private static bool IsPaid(string cell) => Paid().IsMatch(cell) && !Unpaid().IsMatch(cell);

    [GeneratedRegex("成功|完成|正常|已(支付|付|收|到账|入账|记账|支出|收入|存入|转|处理|结算|清算|退款|全额退款|领取|扣款)|退还|收钱|收货|发货|评价|退款|交易结束|转移|success|paid|settled|^ok$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 20_000)]
    private static partial Regex Paid();

    [GeneratedRegex("未成功|未完成|待(支付|付|入账|到账|处理|退款)|未(支付|付|入账|到账|处理|记账)|不成功|unsuccess|unpaid",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 20_000)]
    private static partial Regex Unpaid();

    [GeneratedRegex("失败|关闭|撤销|取消|拒绝|驳回|作废|终止|中止|处理中|进行中|受理|退汇|退回|撤回|冲正|可疑|超时|过期|预约|挂起|冻结|不成功|^待"
        + "|(待|未|等待)(您|对方|买家|用户)?(付款|支付|付|复核|授权|审批|审核|提交|处理|发送|确认|到账|入账|记账|成功|完成|落地|执行|签发)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex NotPaid();
}
