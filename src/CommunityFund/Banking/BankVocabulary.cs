using System.Collections.Frozen;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// The words banks use, as data: a new bank's file is read by adding its words here, never by a branch in the code.
/// Headers are compared without spaces, brackets at the end and full-width forms (see <see cref="StatementHeader"/>);
/// within a row the earlier word wins.
/// </summary>
internal static class BankVocabulary
{
    /// <summary>Headers by meaning, the surest word first.</summary>
    public static readonly FrozenDictionary<StatementColumn, string[]> Headers = new Dictionary<StatementColumn, string[]>
    {
        [BookedOn] = ["记账日期", "入账日期", "账务日期", "会计日期", "记账日", "入账日"],
        [BookedAt] = ["记账时间", "入账时间"],
        [HappenedOn] = ["交易日期", "交易日", "发生日期", "日期"],
        [HappenedAt] = ["交易时间", "交易日期时间", "发生时间", "交易创建时间", "时间"],
        [MoneyIn] =
            ["贷方发生额", "贷方金额", "贷方发生金额", "贷方交易金额", "收入金额", "转入金额", "存入金额", "收款金额", "收入", "存入", "贷方"],
        [MoneyOut] =
            ["借方发生额", "借方金额", "借方发生金额", "借方交易金额", "支出金额", "转出金额", "支取金额", "付款金额", "支出", "支取", "借方"],
        [EitherWay] = ["交易金额", "发生额", "发生金额", "人民币金额", "金额"],
        [Direction] =
            ["收/支", "借/贷", "收/付", "借贷标志", "借贷标记", "借贷方向", "收支类型", "收支方向", "收支标志", "收付标志", "资金流向", "收支", "借贷"],
        [Balance] = ["账户余额", "联机余额", "交易后余额", "本次余额", "当前余额", "余额"],
        [Currency] = ["币种", "币别", "货币", "交易币种", "币种名称"],
        [Account] = ["账号", "本方账号", "我方账号", "查询账号", "本方账户", "账户", "卡号", "借记卡号"],
        [CounterpartyName] =
            ["对方户名", "对方账户名", "对方账户名称", "对方名称", "对方单位名称", "对方单位", "对手户名", "交易对方", "对手信息"],
        [CounterpartyAccount] = ["对方账号", "对方卡号/账号", "对方账户", "对方卡号", "对手账号"],
        [Summary] = ["摘要", "交易摘要", "摘要说明", "业务摘要", "商品说明", "商品", "交易名称", "交易类型", "交易分类"],
        [Remark] = ["附言", "交易附言", "客户附言", "用途", "客户摘要", "备注", "备注信息"],
        [Serial] =
            ["账户明细编号-交易流水号", "交易流水号", "银行流水号", "核心流水号", "流水号", "交易流水", "交易单号", "交易订单号"],
    }.ToFrozenDictionary();

    /// <summary>Words of a direction column: true is money in, false money out, null neither.</summary>
    public static readonly FrozenDictionary<string, bool?> Directions = new Dictionary<string, bool?>
    {
        ["收入"] = true,
        ["收"] = true,
        ["贷"] = true,
        ["贷方"] = true,
        ["转入"] = true,
        ["存入"] = true,
        ["C"] = true,
        ["CR"] = true,
        ["支出"] = false,
        ["支"] = false,
        ["付"] = false,
        ["借"] = false,
        ["借方"] = false,
        ["转出"] = false,
        ["支取"] = false,
        ["D"] = false,
        ["DR"] = false,
        ["不计收支"] = null,
        ["中性交易"] = null,
        ["/"] = null,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of the renminbi.</summary>
    public static readonly FrozenSet<string> Renminbi =
        new[] { "人民币", "人民币元", "元", "CNY", "RMB", "156", "01" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What banks write where there is nothing.</summary>
    public static readonly FrozenSet<string> Nothing = new[] { "", "-", "--", "/", "—" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>How a row begins that sums up or carries over and moves no money.</summary>
    public static readonly string[] TotalWords =
        ["合计", "总计", "小计", "本页", "累计", "借方合计", "贷方合计", "借方笔数", "贷方笔数", "承前", "过次", "期初", "期末", "上期", "本期"];

    /// <summary>Labels of our account in the text above the header.</summary>
    public static readonly string[] AccountLabels = ["账号", "卡号", "账户", "本方账号", "查询账号", "支付宝账户"];

    /// <summary>Labels of the currency in the text above the header.</summary>
    public static readonly string[] CurrencyLabels = ["币种", "币别", "货币"];

    /// <summary>Which file this is, by headers only it has; the words key says it to people.</summary>
    public static readonly (string Source, string[] Headers)[] Sources =
    [
        ("bank.source.ccb-corporate", ["账户明细编号-交易流水号", "借方发生额(支取)", "贷方发生额(收入)"]),
        ("bank.source.boc-personal", ["借记卡号", "对方卡号/账号", "网点名称"]),
        ("bank.source.cmb-personal", ["联机余额", "对手信息"]),
        ("bank.source.alipay-personal", ["交易订单号", "收/付款方式"]),
        ("bank.source.wechat-personal", ["交易单号", "支付方式", "当前状态"]),
    ];

    /// <summary>The source of a file that only its headers explain.</summary>
    public static readonly string OtherSource = "bank.source.other-csv";
}
