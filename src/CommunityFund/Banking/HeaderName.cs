using System.Text;
using System.Text.RegularExpressions;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// A column's name as a bank wrote it, in the forms that are compared: without spaces, stars, full-width forms and English in
/// square brackets; once more without anything in brackets; and without the English behind the Chinese. 帐 is written 账.
/// </summary>
internal sealed partial class HeaderName
{
    // What a name contains, for banks whose whole names nobody has seen yet; the first that fits decides.
    private static readonly (StatementColumn Column, Regex Fits, Regex? Not)[] Parts =
    [
        (Counter, CounterPart(), null),
        (CounterpartyAccount, TheirAccountPart(), NotTheirAccount()),
        (CounterpartyName, TheirNamePart(), OfTheBank()),
        (Balance, BalancePart(), OtherBalance()),
        (Currency, CurrencyPart(), null),
        (Direction, DirectionPart(), null),
        (Fee, FeePart(), null),
        (MoneyIn, InPart(), NoMoney()),
        (MoneyOut, OutPart(), NoMoney()),
        (EitherWay, AmountPart(), NoAmount()),
        (BookedOn, BookedPart(), null),
        (HappenedOn, DayPart(), OtherDay()),
        (HappenedAt, TimePart(), OtherDay()),
        (Serial, SerialPart(), OtherSerial()),
        (Summary, SummaryPart(), null),
        (Remark, RemarkPart(), null),
    ];

    private const string Latin = "abcdefghijklmnopqrstuvwxyz";

    public HeaderName(string written)
    {
        string folded = string.Concat(written.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c)))
            .Replace('帐', '账').ToLowerInvariant();
        Written = written;
        Whole = Square().Replace(folded, "").Trim('*', '#', ':', '`', '\'', '"');
        Bare = Round().Replace(Whole, "").Trim('/', '-');
        string head = Bare.TrimEnd([.. Latin]).TrimEnd('/', '-', '.');
        chinese = head.Any(c => c >= '\u2E80') ? head : Bare;
        Way = IsMoney ? WayOf(Whole) : null;
    }

    private readonly string chinese;

    public string Written { get; }

    /// <summary>With what stands in round brackets.</summary>
    public string Whole { get; }

    /// <summary>Without what stands in brackets.</summary>
    public string Bare { get; }

    /// <summary>What brackets behind a name of money say: 交易金额(收入) is money in, 借方金额（支） out; null if nothing.</summary>
    public bool? Way { get; }

    /// <summary>Names both ways at once, 收入/支出: the cells tell a direction, or an amount with its sign.</summary>
    public bool IsBothWays => BothWays().IsMatch(Bare);

    /// <summary>An amount of which another column may tell how much of it was really paid.</summary>
    public bool IsAsked => Asked().IsMatch(Whole);

    /// <summary>Where it happened: some banks write there what the payer wrote.</summary>
    public bool IsPlace => Bare is "交易地点" or "交易场所" or "交易地点/附言";

    /// <summary>An amount that was really paid, in our money.</summary>
    public bool IsPaid => Paid().IsMatch(Whole);

    /// <summary>Whether it names an amount.</summary>
    public bool IsMoney => (AmountPart().IsMatch(Whole) || InPart().IsMatch(Whole) || OutPart().IsMatch(Whole))
        && !NoAmount().IsMatch(Bare) && Whole.Length <= 40;

    public bool Is(string word) => Whole == word || Bare == word || chinese == word;

    /// <summary>Whether brackets do not say otherwise.</summary>
    public bool Fits(StatementColumn column) => column switch
    {
        EitherWay => Way is null && !IsBothWays,
        MoneyIn => Way != false && !IsBothWays,
        MoneyOut => Way != true && !IsBothWays,
        _ => true,
    };

    /// <summary>What the name means by a part of it; null if it says nothing to us.</summary>
    public StatementColumn? ByPart()
    {
        foreach ((StatementColumn column, Regex fits, Regex? not) in Parts)
        {
            if (Whole.Length <= 40 && Fits(column) && fits.IsMatch(Whole) && not?.IsMatch(Whole) != true)
            {
                return column;
            }
        }

        return null;
    }

    private static bool? WayOf(string whole) => InBrackets().Match(whole) switch
    {
        { Success: true } match when match.Groups["in"].Success => true,
        { Success: true } => false,
        _ => null,
    };

    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"\[[^\]]*\]?|【[^】]*】", Plain, 20_000)]
    private static partial Regex Square();

    [GeneratedRegex(@"\([^)]*\)?", Plain, 20_000)]
    private static partial Regex Round();

    [GeneratedRegex(@"\(((?<in>收入?|收方|贷方?|存入?|转入|汇入|流入|进账?|来账|in|cr|credit)|支出?|支取|付方?|借方?|取出?|转出|汇出|流出|出账|往账|out|dr|debit)\)",
        Plain, 20_000)]
    private static partial Regex InBrackets();

    [GeneratedRegex("^(收入.{0,2}支出|支出.{0,2}收入|存入.{0,2}支取|存入.{0,2}取出|转入.{0,2}转出|收款.{0,2}付款|借方?/贷方?|贷方?/借方?)(金额|发生额|额)?$", Plain, 20_000)]
    private static partial Regex BothWays();

    [GeneratedRegex("订单|应收|应付|标价|原价|原币|外币|合同", Plain, 20_000)]
    private static partial Regex Asked();

    [GeneratedRegex("实|本币|人民币|支付|付款|到账", Plain, 20_000)]
    private static partial Regex Paid();

    [GeneratedRegex("^序号|^行号|^第几", Plain, 20_000)]
    private static partial Regex CounterPart();

    [GeneratedRegex("(对方|对手|往来|交易方|counterparty|beneficiary).*(账号|账户号|卡号|account)", Plain, 20_000)]
    private static partial Regex TheirAccountPart();

    [GeneratedRegex("(对方|对手|往来|交易方|counterparty|beneficiary|payee|payer).*(户名|名称|姓名|单位|信息|name|$)", Plain, 20_000)]
    private static partial Regex TheirNamePart();

    [GeneratedRegex("余额|结余|结存|balance", Plain, 20_000)]
    private static partial Regex BalancePart();

    [GeneratedRegex("前余额|前账户余额|上笔|上期|上日|昨日|期初|月初|年初|初始|冻结|方向|before|opening", Plain, 20_000)]
    private static partial Regex OtherBalance();

    [GeneratedRegex("币种|币别|货币|currency", Plain, 20_000)]
    private static partial Regex CurrencyPart();

    [GeneratedRegex("^(交易)?(借贷|贷借|收支|收付|存取|来往账?|往来账?|资金)(标.?|方向|类型?|类别|流向|性质|属性|别)?$|^(dr|cr)[/|]?(dr|cr)$", Plain, 20_000)]
    private static partial Regex DirectionPart();

    [GeneratedRegex("^(手续费|服务费|佣金)(金额)?$|手续费(支出)?金额", Plain, 20_000)]
    private static partial Regex FeePart();

    [GeneratedRegex("收入|贷方|贷记|存入|转入|进账|入账.*额|收款.*额|来款|汇入|来账|收方|流入|credit|deposit|moneyin|paidin", Plain, 20_000)]
    private static partial Regex InPart();

    [GeneratedRegex("支出|借方|借记|支取|取出|转出|出账|付款.*额|支付.*额|往款|汇出|往账|付方|流出|debit|withdraw|moneyout|paidout", Plain, 20_000)]
    private static partial Regex OutPart();

    [GeneratedRegex("金额|发生额|交易额|amount|amt|^额$", Plain, 20_000)]
    private static partial Regex AmountPart();

    [GeneratedRegex("(记账|入账|过账|账务|会计|post|book).*(日|date)", Plain, 20_000)]
    private static partial Regex BookedPart();

    [GeneratedRegex("日期|date|^日$|日子|年月日", Plain, 20_000)]
    private static partial Regex DayPart();

    [GeneratedRegex("时间|时刻|时点|time", Plain, 20_000)]
    private static partial Regex TimePart();

    [GeneratedRegex("流水.*号|流水|交易号|参考号|业务编号|reference|transactionid|refno", Plain, 20_000)]
    private static partial Regex SerialPart();

    [GeneratedRegex("摘要|说明|事由|事项|详情|内容|类型|description|detail|narrat|abstract", Plain, 20_000)]
    private static partial Regex SummaryPart();

    [GeneratedRegex("备注|附言|附加|用途|留言|祝福|寄语|memo|remark|note", Plain, 20_000)]
    private static partial Regex RemarkPart();

    [GeneratedRegex("开户|银行|行名|行号|网点|机构|bank|地址", Plain, 20_000)]
    private static partial Regex OfTheBank();

    [GeneratedRegex("开户|银行|行名|行号|网点|机构|bank|地址|(账号|账户号|卡号)(名称|户名|姓名)|类型|类别", Plain, 20_000)]
    private static partial Regex NotTheirAccount();

    [GeneratedRegex("方?户名|账号|账户名|名称|姓名|日期|时间|类型|方式|标|状态|笔数|机构|行号|行名|单号|编号|流水|code|name|date|time|type|count", Plain, 20_000)]
    private static partial Regex NoMoney();

    [GeneratedRegex("户名|账号|账户名|名称|姓名|日期|时间|类型|方式|状态|笔数|机构|行号|行名|单号|编号|流水|余额|name|date|time|type|count"
        + "|原币|外币|优惠|红包|折扣|税|手续费|服务费|佣金|退款|额度|代金券|立减|补贴|积分|冻结|集分宝|分润|fee", Plain, 20_000)]
    private static partial Regex NoAmount();

    [GeneratedRegex("起息|到期|开户|打印|导出|申请|退款|value|due|print", Plain, 20_000)]
    private static partial Regex OtherDay();

    [GeneratedRegex("企业流水|商户|关联|原|对方", Plain, 20_000)]
    private static partial Regex OtherSerial();
}
