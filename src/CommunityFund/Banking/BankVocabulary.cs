using System.Collections.Frozen;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// The words banks use, as data: a new bank's file is read by adding its words here, never by a branch in the code.
/// Headers are compared in the form that <see cref="HeaderName"/> gives them; within a row the earlier word wins.
/// </summary>
internal static class BankVocabulary
{
    /// <summary>Headers by meaning, the surest word first.</summary>
    public static readonly FrozenDictionary<StatementColumn, string[]> Headers = new Dictionary<StatementColumn, string[]>
    {
        [BookedOn] =
            ["记账日期", "入账日期", "账务日期", "会计日期", "记账日", "入账日", "过账日期", "清算日期", "bookingdate", "postingdate", "posteddate"],
        [BookedAt] = ["记账时间", "入账时间"],
        [HappenedOn] =
            ["交易日期", "交易日", "发生日期", "发生日", "交易发生日", "日期", "transactiondate", "date", "valuedate", "起息日", "起息日期"],
        [HappenedAt] =
        [
            "交易时间", "交易日期时间", "交易时间戳", "发生时间", "完成时间", "交易完成时间", "支付完成时间", "交易成功时间", "成功时间", "到账时间", "支付时间",
            "付款时间", "交易创建时间", "创建时间", "时间", "transactiontime", "datetime", "time",
        ],
        [MoneyIn] =
        [
            "贷方发生额", "贷方金额", "贷方发生金额", "贷方交易金额", "收入金额", "转入金额", "存入金额", "收款金额", "入账金额", "收入", "存入", "转入", "贷方", "贷",
            "收方金额", "贷方发生额收入", "贷方发生额/元", "收入额", "进账", "来款", "来款金额", "贷记金额", "汇入金额", "来账金额", "收方发生额", "贷发生额", "存款",
            "存款金额", "收款", "入账", "收", "增加", "流入", "流入金额", "入金额", "creditamount", "credit", "moneyin", "paidin", "cramount", "deposit",
            "deposits",
        ],
        [MoneyOut] =
        [
            "借方发生额", "借方金额", "借方发生金额", "借方交易金额", "支出金额", "转出金额", "支取金额", "付款金额", "支出", "支取", "转出", "借方", "借",
            "付方金额", "借方发生额支取", "借方发生额/元", "支出额", "出账", "出账金额", "往款", "往款金额", "借记金额", "取出金额", "取出", "取款", "取款金额",
            "汇出金额", "往账金额", "付方发生额", "借发生额", "付款", "付", "支", "减少", "流出", "流出金额", "出金额", "debitamount", "debit", "moneyout",
            "paidout", "dramount", "withdrawal", "withdrawals",
        ],
        [EitherWay] =
        [
            "记账金额", "人民币金额", "本币金额", "折人民币金额", "实付金额", "实收金额", "实际金额", "实际支付金额", "收支金额", "交易金额", "发生额", "发生金额",
            "金额", "交易额", "amount", "transactionamount",
        ],
        [Direction] =
        [
            "收/支", "借/贷", "收/付", "借贷标志", "借贷标记", "借贷标识", "借贷方向", "借贷", "收支类型", "收支方向", "收支标志", "收支标识", "收付标志",
            "收付标识", "收付方向", "收支属性", "收支状态", "资金流向", "资金方向", "收支", "收付", "来往账标志", "来往账", "往来标志", "贷借标志", "存取标志", "记账方向", "dc", "d/c",
            "dr/cr", "cr/dr", "debit/credit", "credit/debit", "direction",
        ],
        [Balance] =
        [
            "账户余额", "联机余额", "交易后余额", "本次余额", "当前余额", "账面余额", "账户结余", "余额", "结余", "结存", "结存金额", "balance",
            "runningbalance", "closingbalance", "balanceafter", "可用余额",
        ],
        [Currency] =
            ["记账币种", "入账币种", "币种", "币别", "货币", "交易币种", "币种名称", "交易货币", "货币种类", "货币代码", "currency", "currencycode"],
        [Account] =
            ["账号", "本方账号", "我方账号", "查询账号", "本方账户", "账户", "卡号", "借记卡号", "本方卡号", "己方账号", "accountnumber", "商户号"],
        [CounterpartyName] =
        [
            "对方户名", "对方账户名", "对方账户名称", "对方名称", "对方单位名称", "对方单位", "对手户名", "对手名称", "对手方户名", "对手方名称", "交易对方", "对手信息",
            "对方姓名", "交易对手", "交易对手名称", "交易对方户名", "交易对方名称", "收/付方名称", "收付方名称", "收(付)方名称", "收(付)款方名称", "收/付款方名称",
            "往来单位", "往来户名", "往来单位名称", "来往单位", "对方", "对方账号名称", "对方账户户名", "交易对象", "收/付款人", "收付款人", "收付款人名称",
            "收/付款人名称", "收款人/付款人", "付款人/收款人", "付款人/收款人名称", "捐赠人", "捐赠者", "捐赠方", "捐款人", "汇款人", "汇款人名称",
            "counterparty", "counterpartyname", "payee", "name", "商户名称", "用户标识",
        ],
        [CounterpartyAccount] =
        [
            "对方账号", "对方卡号/账号", "对方账号/卡号", "对方账户", "对方卡号", "对手账号", "对手方账号", "交易对方账号", "收/付方账号", "收付方账号",
            "收(付)方账号", "收(付)款方账号", "往来账号", "counterpartyaccount",
        ],
        [Summary] =
        [
            "摘要", "交易摘要", "摘要说明", "业务摘要", "摘要描述", "商品说明", "商品名称", "商品", "业务名称", "交易名称", "业务描述", "业务类型", "交易类型", "交易分类",
            "交易描述", "说明", "事项", "description", "details", "narrative", "transactiontype", "type",
        ],
        [Remark] =
        [
            "附言", "交易附言", "客户附言", "用途", "交易用途", "资金用途", "客户摘要", "其它摘要", "其他摘要", "备注", "备注信息", "交易备注", "留言", "注释", "memo",
            "remark", "remarks", "note", "notes", "reference",
        ],
        [Serial] =
        [
            "账户明细编号-交易流水号", "交易流水号", "银行流水号", "核心流水号", "账务流水号", "资金流水单号", "流水号", "交易流水", "交易单号", "交易订单号",
            "微信订单号", "微信支付订单号", "支付宝交易号", "交易号", "支付宝流水号", "主机流水号", "柜员流水号", "会计流水号", "transactionid",
            "transactionreference", "serial", "serialnumber",
        ],
        [PayerName] = ["付款人名称", "付款人户名", "付款方名称", "付款方户名", "付款单位", "付款单位名称", "付款账户名称", "付款人", "付款方"],
        [PayerAccount] = ["付款人账号", "付款方账号", "付款账号", "付款账户"],
        [PayeeName] = ["收款人名称", "收款人户名", "收款方名称", "收款方户名", "收款单位", "收款单位名称", "收款账户名称", "收款人", "收款方"],
        [PayeeAccount] = ["收款人账号", "收款方账号", "收款账号", "收款账户"],
        [Status] = ["交易状态", "当前状态", "支付状态", "状态", "资金状态", "退款状态", "status"],
        [Sale] = ["应结订单金额", "商家实收", "订单实收金额"],
        [Repaid] = ["退款金额", "商家退款金额"],
        [RefundSerial] = ["微信退款单号", "退款单号", "退款流水号", "商户退款单号"],
        [Fee] = ["手续费", "服务费", "交易手续费", "fee", "fees"],
        [Counter] = ["序号", "行号", "编号", "笔数", "no", "no.", "#", "顺序号", "明细编号"],
    }.ToFrozenDictionary();

    /// <summary>Words of a direction column: true is money in, false money out, null neither.</summary>
    public static readonly FrozenDictionary<string, bool?> Directions =
        new (bool? IsIn, string[] Words)[]
        {
            (true,
            [
                "收入", "收", "贷", "贷方", "贷记", "转入", "存入", "存", "进", "入", "来账", "来帐", "收款", "入账", "进账", "入金", "汇入", "收方", "流入",
                "增加", "已收入", "+", "C", "CR", "CREDIT", "IN",
            ]),
            (false,
            [
                "支出", "支", "付", "借", "借方", "借记", "转出", "支取", "取", "出", "往账", "往帐", "付款", "出账", "出金", "汇出", "付方", "流出", "减少",
                "取出", "已支出", "-", "D", "DR", "DEBIT", "OUT",
            ]),
            (null, ["不计收支", "中性交易", "其他", "资金转移", "/"]),
        }.SelectMany(words => words.Words.Select(word => (word, words.IsIn)))
            .ToFrozenDictionary(pair => pair.word, pair => pair.IsIn, StringComparer.OrdinalIgnoreCase);

    /// <summary>What a wallet calls neither in nor out and yet moved its money, by words of its type; the first that is in the
    /// text decides, null means that the money stayed in the wallet.</summary>
    public static readonly (string Word, bool? IsIn)[] NeutralMoves =
    [
        ("退款", true), ("退回", true), ("转入零钱通-来自零钱", null), ("零钱通转出-到零钱", null), ("提现", false), ("充值", true),
        ("还款", false), ("收益发放", true), ("转入零钱通-来自", true), ("零钱通转出-到", false),
    ];

    /// <summary>States in which nothing was paid.</summary>
    public static readonly FrozenSet<string> Closed = new[]
    {
        "交易关闭", "已关闭", "关闭", "交易失败", "支付失败", "失败", "已撤销", "已取消", "等待付款", "待付款", "未支付", "退款失败", "退款关闭", "CLOSED",
        "FAIL", "FAILED", "NOTPAY", "PAYERROR", "PROCESSING",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>States of a row that gives money back.</summary>
    public static readonly FrozenSet<string> GivenBack = new[] { "REFUND", "REVOKED", "退款成功", "转入退款", "退款" }
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whose name or account it is, where that stands in a row of its own above 户名 and 账号.</summary>
    public static readonly string[] Sides = ["对方", "对手", "收款人", "付款人", "收款方", "付款方", "往来"];

    /// <summary>What a merchant's list calls a sale that it took back, in any column of words.</summary>
    public static readonly string[] TakenBack = ["退货", "退款", "撤销", "冲正", "退单"];

    /// <summary>Names of the renminbi.</summary>
    public static readonly FrozenSet<string> Renminbi = new[]
    {
        "元", "CNY", "RMB", "CNH", "156", "01", "001", "1", "10", "本币", "￥", "¥",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Other currencies as headers and cells name them, in lower case.</summary>
    public static readonly string[] OtherCurrencies =
        ["美元", "usd", "港币", "港元", "hkd", "欧元", "eur", "日元", "jpy", "英镑", "gbp", "外币", "澳门元", "台币", "新加坡元", "澳大利亚元", "加拿大元"];

    /// <summary>What banks write where there is nothing.</summary>
    public static readonly FrozenSet<string> Nothing = new[]
    {
        "", "-", "--", "---", "/", "—", "——", "\\", "null", "NULL", "N/A", "无", "'", "*", "**", "***", "****", "*****", "******",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>How a row begins that sums up or carries over and moves no money.</summary>
    public static readonly string[] TotalWords =
    [
        "合计", "总计", "小计", "本页", "累计", "借方合计", "贷方合计", "借方笔数", "贷方笔数", "承前", "过次", "期初", "期末", "上期", "本期", "总收入", "总支出",
        "收入合计", "支出合计", "本月合计", "本年累计", "上页", "上年结转", "#", "总交易", "支出笔数", "收入笔数", "总笔数", "借方总", "贷方总", "支出总", "收入总", "当页", "人民币合计",
        "total", "Total", "TOTAL",
    ];

    /// <summary>Labels of our account in the text above the header.</summary>
    public static readonly string[] AccountLabels =
    [
        "账号", "卡号", "账户", "本方账号", "查询账号", "支付宝账户", "账户号码", "商户号", "客户账号", "本方账户", "账号/卡号", "卡号/账号", "银行账号", "账户号",
        "存款账号", "存款账户", "交易账户", "交易账号", "企业账号", "账户账号", "单位账号", "结算账号", "account", "accountnumber", "accountno",
    ];

    /// <summary>Labels of the currency in the text above the header.</summary>
    public static readonly string[] CurrencyLabels = ["币种", "币别", "货币", "currency"];

    /// <summary>Names of sheets and files that sum up others, whose header may look like a statement's.</summary>
    public static readonly string[] SummaryNames = ["汇总", "说明", "summary", "readme"];

    /// <summary>Which file this is, by headers only it has; the words key says it to people.</summary>
    public static readonly (string Source, string[] Headers)[] Sources =
    [
        ("bank.source.ccb-corporate", ["账户明细编号-交易流水号", "借方发生额(支取)", "贷方发生额(收入)"]),
        ("bank.source.boc-corporate", ["付款人账号", "收款人账号", "交易后余额"]),
        ("bank.source.boc-personal", ["借记卡号", "对方卡号/账号", "网点名称"]),
        ("bank.source.icbc-corporate", ["转入金额", "转出金额", "对方单位"]),
        ("bank.source.cmb-corporate", ["交易日", "收/付方名称", "收/付方账号"]),
        ("bank.source.cmb-personal", ["联机余额", "对手信息"]),
        ("bank.source.alipay-personal", ["交易订单号", "收/付款方式"]),
        ("bank.source.alipay-merchant", ["账务流水号", "业务流水号", "账户余额"]),
        ("bank.source.wechat-personal", ["交易单号", "支付方式", "当前状态"]),
        ("bank.source.wechat-trade", ["微信订单号", "商户订单号", "手续费"]),
        ("bank.source.wechat-fund", ["资金流水单号", "收支类型", "账户结余"]),
    ];

    /// <summary>The source of a file that only its headers explain.</summary>
    public static readonly string OtherSource = "bank.source.other";
}
