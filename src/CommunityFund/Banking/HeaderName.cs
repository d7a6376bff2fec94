using System.Text;
using System.Text.RegularExpressions;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// A column's name as a bank wrote it, in the forms that are compared: without spaces, stars, full-width forms and English in
/// square brackets, and once more without anything in brackets. 帐 is written 账.
/// </summary>
internal sealed partial class HeaderName
{
    // What a name contains, for banks whose whole names nobody has seen yet; the first that fits decides.
    private static readonly (StatementColumn Column, Regex Fits, Regex? Not)[] Parts =
    [
        (Counter, CounterPart(), null),
        (CounterpartyAccount, TheirAccountPart(), OfTheBank()),
        (CounterpartyName, TheirNamePart(), OfTheBank()),
        (Balance, BalancePart(), null),
        (Currency, CurrencyPart(), null),
        (Direction, DirectionPart(), null),
        (Fee, FeePart(), null),
        (MoneyIn, InPart(), NoMoney()),
        (MoneyOut, OutPart(), NoMoney()),
        (EitherWay, AmountPart(), NoMoney()),
        (BookedOn, BookedPart(), null),
        (HappenedOn, DayPart(), OtherDay()),
        (HappenedAt, TimePart(), OtherDay()),
        (Serial, SerialPart(), OtherSerial()),
        (Summary, SummaryPart(), null),
        (Remark, RemarkPart(), null),
    ];

    public HeaderName(string written)
    {
        string folded = string.Concat(written.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c)))
            .Replace('帐', '账').ToLowerInvariant();
        Written = written;
        Whole = Square().Replace(folded, "").Trim('*', '#', ':', '`', '\'', '"');
        Bare = Round().Replace(Whole, "").Trim('/', '-');
    }

    public string Written { get; }

    /// <summary>With what stands in round brackets.</summary>
    public string Whole { get; }

    /// <summary>Without what stands in brackets.</summary>
    public string Bare { get; }

    public bool Is(string word) => Whole == word || Bare == word;

    /// <summary>What the name means by a part of it; null if it says nothing to us.</summary>
    public StatementColumn? ByPart()
    {
        foreach ((StatementColumn column, Regex fits, Regex? not) in Parts)
        {
            if (Whole.Length <= 40 && fits.IsMatch(Whole) && not?.IsMatch(Whole) != true)
            {
                return column;
            }
        }

        return null;
    }

    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\[[^\]]*\]?|【[^】]*】", Plain, 20_000)]
    private static partial Regex Square();

    [GeneratedRegex(@"\([^)]*\)?", Plain, 20_000)]
    private static partial Regex Round();

    [GeneratedRegex("^序号|^行号|^第几", Plain, 20_000)]
    private static partial Regex CounterPart();

    [GeneratedRegex("(对方|对手|往来|交易方|counterparty|beneficiary).*(账号|账户号|卡号|account)", Plain, 20_000)]
    private static partial Regex TheirAccountPart();

    [GeneratedRegex("(对方|对手|往来|交易方|counterparty|beneficiary|payee|payer).*(户名|名称|姓名|单位|信息|name|$)", Plain, 20_000)]
    private static partial Regex TheirNamePart();

    [GeneratedRegex("余额|结余|结存|balance", Plain, 20_000)]
    private static partial Regex BalancePart();

    [GeneratedRegex("币种|币别|货币|currency", Plain, 20_000)]
    private static partial Regex CurrencyPart();

    [GeneratedRegex("(借贷|收支|收付|存取|来往|往来|资金).*(标|方向|类|流向|性质|别|$)|^(dr|cr)[/|]?(dr|cr)$", Plain, 20_000)]
    private static partial Regex DirectionPart();

    [GeneratedRegex("^(手续费|服务费|佣金)(金额)?$|手续费(支出)?金额", Plain, 20_000)]
    private static partial Regex FeePart();

    [GeneratedRegex("收入|贷方|贷记|存入|转入|进账|入账.*额|收款.*额|来款|credit|deposit|moneyin|paidin", Plain, 20_000)]
    private static partial Regex InPart();

    [GeneratedRegex("支出|借方|借记|支取|转出|出账|付款.*额|支付.*额|往款|debit|withdraw|moneyout|paidout", Plain, 20_000)]
    private static partial Regex OutPart();

    [GeneratedRegex("金额|发生额|交易额|amount|^额$", Plain, 20_000)]
    private static partial Regex AmountPart();

    [GeneratedRegex("(记账|入账|过账|账务|会计|post|book).*(日|date)", Plain, 20_000)]
    private static partial Regex BookedPart();

    [GeneratedRegex("日期|date|^日$|日子|年月日", Plain, 20_000)]
    private static partial Regex DayPart();

    [GeneratedRegex("时间|时刻|时点|time", Plain, 20_000)]
    private static partial Regex TimePart();

    [GeneratedRegex("流水.*号|流水|交易号|参考号|业务编号|reference|transactionid|refno", Plain, 20_000)]
    private static partial Regex SerialPart();

    [GeneratedRegex("摘要|说明|事由|类型|description|detail|narrat", Plain, 20_000)]
    private static partial Regex SummaryPart();

    [GeneratedRegex("备注|附言|用途|留言|memo|remark|note", Plain, 20_000)]
    private static partial Regex RemarkPart();

    [GeneratedRegex("开户|银行|行名|行号|网点|bank|地址", Plain, 20_000)]
    private static partial Regex OfTheBank();

    [GeneratedRegex("方?户名|账号|账户名|名称|姓名|日期|时间|类型|方式|标|状态|笔数|机构|行号|行名|单号|编号|流水|code|name|date|time|type|count", Plain, 20_000)]
    private static partial Regex NoMoney();

    [GeneratedRegex("起息|到期|开户|打印|导出|申请|退款|value|due|print", Plain, 20_000)]
    private static partial Regex OtherDay();

    [GeneratedRegex("企业流水|商户|关联|原|对方", Plain, 20_000)]
    private static partial Regex OtherSerial();
}
