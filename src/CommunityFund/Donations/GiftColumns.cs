using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Donations;

/// <summary>Which column of a gift list is what, by the words of its heading.</summary>
internal sealed record GiftColumns(
    int HeadRow, int Day, int Amount, int Donor, int Body, int Kind, int Fund, int Purpose, int Channel, int Note, int Order)
{
    /// <summary>No row heads a column of days and one of amounts.</summary>
    public const string NotFound = "gift-list.no-columns";

    private const int LookedThrough = 30;

    private static readonly string[] Days = ["捐赠日期", "到账日期", "捐款日期", "交易时间", "日期", "时间", "date"],
        Amounts = ["捐赠金额", "捐款金额", "到账金额", "金额", "amount"],
        Donors = ["捐赠人", "捐款人", "捐赠方", "姓名", "donor", "name"],
        Bodies = ["单位名称", "捐赠单位", "捐款单位", "单位", "organisation", "organization"],
        Kinds = ["捐赠人类型", "类型", "性质", "kind", "type"],
        Funds = ["基金名称", "基金", "fund"],
        Purposes = ["限定用途", "捐赠用途", "指定用途", "用途", "限定", "purpose"],
        Channels = ["捐赠方式", "支付方式", "方式", "渠道", "channel", "method"],
        Notes = ["备注", "附言", "留言", "note", "remark"],
        Orders = ["订单号", "交易单号", "商户单号", "流水号", "order"];

    public static GiftColumns Of(IReadOnlyList<string[]> rows)
    {
        for (int at = 0; at < Math.Min(rows.Count, LookedThrough); at++)
        {
            string[] head = [.. rows[at].Select(Bare)];
            int day = Find(head, Days), amount = Find(head, Amounts);
            if (day >= 0 && amount >= 0 && day != amount)
            {
                int donor = Find(head, Donors), body = Find(head, Bodies);
                return new GiftColumns(at, day, amount, donor >= 0 ? donor : body, body == donor ? -1 : body, Find(head, Kinds), Find(head, Funds),
                    Find(head, Purposes), Find(head, Channels), Find(head, Notes), Find(head, Orders));
            }
        }

        throw new RefusedException(NotFound);
    }

    /// <summary>The names of what was found, for the preview.</summary>
    public IReadOnlyList<string> Named(IReadOnlyList<string[]> rows) =>
        [.. new[] { Day, Donor, Body, Kind, Amount, Fund, Purpose, Channel, Note, Order }.Where(at => at >= 0).Select(at => rows[HeadRow][at])];

    // 金额（元） is 金额; 基金 is no 基金会.
    private static string Bare(string cell)
    {
        int bracket = cell.IndexOfAny(['(', '（']);
        return (bracket > 0 ? cell[..bracket] : cell).Replace(" ", "", StringComparison.Ordinal);
    }

    /// <summary>The heading that is one of the names, else the first that contains one; earlier names are surer.</summary>
    private static int Find(string[] head, string[] names) =>
        names.Select(name => Array.FindIndex(head, cell => string.Equals(cell, name, StringComparison.OrdinalIgnoreCase)))
            .Concat(names.Select(name => Array.FindIndex(head, cell => cell.Contains(name, StringComparison.OrdinalIgnoreCase) && cell.Length <= 16)))
            .FirstOrDefault(at => at >= 0, -1);
}
