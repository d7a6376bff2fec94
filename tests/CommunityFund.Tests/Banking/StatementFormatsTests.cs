using System.Text;
using CommunityFund.Banking;
using CommunityFund.Ledger;
using NodaTime;
using static CommunityFund.Tests.Banking.StatementNotation;

namespace CommunityFund.Tests.Banking;

/// <summary>One small file per kind of statement, as each bank or platform writes it.</summary>
public sealed class StatementFormatsTests
{
    private const string WechatHead = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,";

    /// <summary>Each with its source, and its lines as 月日 amount counterparty.</summary>
    public static TheoryData<string, string, string[]> Files => new()
    {
        {
            "bank.source.alipay-merchant",
            """
            #支付宝账务明细查询
            #账号：[20885021234567890156]
            #起始日期：[2026年03月01日 00:00:00]   终止日期：[2026年04月01日 00:00:00]
            #-----------------------------------------账务明细列表----------------------------------------
            账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注
            101	,202603012200	,T1	,社区助老捐款	,2026-03-01 09:00:01	,张*(139******01)	,100.00,,1100.00,支付宝	,在线支付	,
            102	,202603012201	,T1	,社区助老捐款	,2026-03-01 09:00:02	,,,-0.60,1099.40,支付宝	,收费	,服务费
            103	,202603022201	,T2	,提现	,2026-03-02 10:00:00	,,,-1000.00,99.40,支付宝	,提现	,
            #-----------------------------------------账务明细列表结束------------------------------------
            #支出合计：2笔，共-1000.60元
            #收入合计：1笔，共100.00元
            #导出时间：[2026年04月02日 10:00:00]
            """,
            ["0301 100.00 张*(139******01)", "0301 -0.60 ", "0302 -1000.00 "]
        },
        {
            "bank.source.wechat-trade",
            WechatHead + """
            微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注
            `2026-03-01 09:00:00,`wx1,`1900001,`0,`,`42001,`A1,`oU1,`JSAPI,`SUCCESS,`OTHERS,`CNY,`100.00,`0.00,`0,`0,`0.00,`0.00,`,`,`月捐,`,`0.60000,`0.60%,`100.00,`0.00,`
            `2026-03-01 10:00:00,`wx1,`1900001,`0,`,`42001,`A1,`oU1,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50001,`R1,`40.00,`0.00,`ORIGINAL,`SUCCESS,`月捐,`,`-0.24000,`0.60%,`0.00,`40.00,`
            总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额
            `2,`100.00,`40.00,`0.00,`0.36000,`100.00,`40.00
            """,
            ["0301 100.00 oU1", "0301 -0.60 oU1", "0301 -40.00 oU1", "0301 0.24 oU1"]
        },
        {
            "bank.source.wechat-trade",
            WechatHead + """
            商品名称,商户数据包,手续费,费率,订单金额,费率备注
            `2026-03-01 09:00:00,`wx1,`1900001,`0,`,`42001,`A1,`oU1,`JSAPI,`SUCCESS,`OTHERS,`CNY,`100.00,`0.00,`月捐,`,`0.60,`0.60%,`100.00,`
            """,
            ["0301 100.00 oU1", "0301 -0.60 oU1"]
        },
        {
            "bank.source.wechat-fund",
            """
            记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号
            `2026-03-01 04:21:23,`50000305742018,`50000305742019,`退款,`退款,`支出,`0.02,`0.17,`system,`缺货,`REF4200000068
            `2026-03-01 15:31:45,`42000000672018,`42000000672019,`交易,`交易,`收入,`0.35,`0.52,`system,`订单,`
            `2026-03-01 15:31:45,`42000000672018,`42000000672020,`扣除交易手续费,`扣除交易手续费,`支出,`0.02,`0.50,`system,`,`
            资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额
            `3.0,`1.0,`0.35,`2.0,`0.04
            """,
            ["0301 -0.02 ", "0301 0.35 ", "0301 -0.02 "]
        },
        {
            "bank.source.icbc-corporate",
            """
            [HISTORYDETAIL]
            凭证号,交易时间,对方单位,对方账号,转入金额,转出金额,余额,用途,摘要,附言
            "0","2026-03-01 09:10:11","和顺物业","1202021","1,000.00","0.00","5,000.00","捐赠","转账","助老"
            "0","2026-03-02 09:10:11","优印图文","1202022","0.00","200.00","4,800.00","海报","转账",""
            """,
            ["0301 1000.00 和顺物业", "0302 -200.00 优印图文"]
        },
        {
            "bank.source.boc-corporate",
            """
            查询账号[ Inquirer account number ],4520****1924
            总笔数[ Total number of transaction ],3
            交易类型[ Transaction Type ],业务类型[ Business type ],付款人账号[ Debit Account No. ],付款人名称[ Payer's Name ],收款人账号[ Payee's Account Number ],收款人名称[ Payee's Name ],交易日期[ Transaction Date ],交易时间[ Transaction time ],交易货币[ Trade Currency ],交易金额[ Trade Amount ],交易后余额[ After-transaction balance ],起息日期[ Value Date ],交易流水号[ Transaction reference number ],摘要[ Reference ],用途[ Purpose ]
            来账,跨行,6217001,和顺物业,4520****1924,清河慈善会,20260301,09:10:11,CNY,"1,000.00","5,000.00",20260301,S1,捐赠,
            往账,跨行,4520****1924,清河慈善会,6217002,优印图文,20260302,10:10:11,CNY,-200.00,"4,800.00",20260302,S2,海报,
            往账,收费,4520****1924,清河慈善会,,中国银行,20260302,10:10:12,CNY,-5.00,"4,795.00",20260302,S3,手续费,
            """,
            ["0301 1000.00 和顺物业", "0302 -200.00 优印图文", "0302 -5.00 中国银行"]
        },
        {
            "bank.source.cmb-corporate",
            """
            交易日,交易时间,起息日,交易类型,借方金额,贷方金额,余额,摘要,流水号,流程实例号,业务名称,用途,收/付方分行名,收/付方名称,收/付方帐号,收/付方开户行名
            20260301,091011,20260301,转账,,1000.00,5000.00,捐赠,C1,,汇入,助老,,和顺物业,6217001,建行
            20260302,091011,20260302,转账,200.00,,4800.00,海报,C2,,汇出,,,优印图文,6217002,工行
            """,
            ["0301 1000.00 和顺物业", "0302 -200.00 优印图文"]
        },
        {
            "bank.source.other",
            """
            中国农业银行账户明细
            账号,10123456789,户名,清河慈善会,币种,人民币
            交易时间,收入金额,支出金额,账户余额,对方账号,对方户名,对方开户行,交易用途,摘要
            2026-03-01 09:10:11,1000.00,,5000.00,6217001,和顺物业,建行,捐赠,转账
            2026-03-02 09:10:11,,200.00,4800.00,6217002,优印图文,工行,海报,转账
            合计,1000.00,200.00,,,,,,
            """,
            ["0301 1000.00 和顺物业", "0302 -200.00 优印图文"]
        },
        {
            "bank.source.other",
            """
            交通银行\t\t
            交易日期\t交易时间\t借贷标志\t发生额\t余额\t对方账号\t对方户名\t摘要
            2026-03-01\t09:10:11\t贷\t1,000.00\t5,000.00\t6217001\t和顺物业\t捐赠
            2026-03-02\t09:10:11\t借\t200.00\t4,800.00\t6217002\t优印图文\t海报
            """.Replace("\\t", "\t", StringComparison.Ordinal),
            ["0301 1000.00 和顺物业", "0302 -200.00 优印图文"]
        },
        {
            "bank.source.other",
            """
            交易日期|发生额||余额|对方户名|摘要
            |借方|贷方|||
            2026年3月1日||1000.00|5000.00|和顺物业|捐赠
            2026年3月2日|200.00||4800.00|优印图文|海报
            """,
            ["0301 1000.00 和顺物业", "0302 -200.00 优印图文"]
        },
        {
            "bank.source.other",
            "日期,收入,事由\n20260301,1.00,捐赠\n20260302,2.00,捐赠",
            ["0301 1.00 ", "0302 2.00 "]
        },
        {
            "bank.source.other",
            """
            Date,Description,Amount,Balance
            2026-03-01,Donation,1000.00,5000.00
            2026-03-02,Posters,-200.00,4800.00
            """,
            ["0301 1000.00 ", "0302 -200.00 "]
        },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_bank_writes_it_its_own_way(string source, string text, string[] lines)
    {
        StatementFile file = Read(text);
        file.Lines.Select(Short).ShouldBe(lines);
        (file.Source, file.FirstBrokenLine).ShouldBe((source, null));
        file.Lines.Select(line => line.Identity).ShouldBeUnique();
    }

    [Theory]
    [InlineData("何时,进出,结存数,谁,事由\n{0},和顺物业,捐赠\n{1},优印图文,海报\n{2},王晓梅,捐赠", "20260301,1000.00,5000.00", "20260302,-200.00,4800.00", "20260303,50.00,4850.00")]
    [InlineData("{0},和顺物业,捐赠\n{1},优印图文,海报\n{2},王晓梅,捐赠", "20260301,1000.00,5000.00", "20260302,-200.00,4800.00", "20260303,50.00,4850.00")]
    [InlineData("日期,甲,乙,丙,谁,事由\n{0},和顺物业,捐赠\n{1},优印图文,海报\n{2},王晓梅,捐赠", "20260301,1000.00,,5000.00", "20260302,,200.00,4800.00", "20260303,50.00,,4850.00")]
    [InlineData("日期,金额,余额,谁,事由\n{0},和顺物业,捐赠\n{1},优印图文,海报\n{2},王晓梅,捐赠", "20260301,1000.00,5000.00", "20260302,200.00,4800.00", "20260303,50.00,4850.00")]
    [InlineData("日期,金额,余额,谁,事由\n{0},和顺物业,捐赠\n{1},优印图文,海报\n{2},王晓梅,捐赠", "20260301,-1000.00,5000.00", "20260302,200.00,4800.00", "20260303,-50.00,4850.00")]
    [InlineData("日期,金额,丁,余额,谁,事由\n{0},和顺物业,捐赠\n{1},优印图文,海报\n{2},王晓梅,捐赠", "20260301,1000.00,贷,5000.00", "20260302,200.00,借,4800.00", "20260303,50.00,贷,4850.00")]
    public void What_no_name_tells_the_columns_show_and_it_is_said(string rows, string first, string second, string third)
    {
        StatementFile file = Read(string.Format(null, rows, first, second, third));
        file.Lines.Select(line => line.Amount).ShouldBe([Amount.Yuan(1_000), Amount.Yuan(-200), Amount.Yuan(50)]);
        file.Lines.Select(line => line.OccurredOn.Day).ShouldBe([1, 2, 3]);
        (file.Opening, file.Closing, file.FirstBrokenLine).ShouldBe((Amount.Yuan(4_000), Amount.Yuan(4_850), null));
        file.Warnings.Select(warning => warning.Code).ShouldContain(code =>
            code == "bank.columns-guessed" || code.StartsWith("bank.signs-", StringComparison.Ordinal));
    }

    /// <summary>Small files of banks, platforms and treasurers: their lines, and what is said about them beside missing balances.</summary>
    [Theory]
    [InlineData("交易日期,收入,支出,对方户名\n2026-03-02,1.00,,甲", "0302 1.00 甲")]
    [InlineData("交易日期,摘要,交易详情,交易金额(收入),交易金额(支出),交易币种,记账金额(收入),记账金额(支出),记账币种,余额,对方户名\n2026-03-02,转账,捐,-,-,-,\"1,000.00\",,人民币,11000.00,张三\n2026-03-05,转账,海报,-,-,-,,200.50,人民币,10799.50,优印\n人民币合计,,,,,,1000.00,200.50", "0302 1000.00 张三;0305 -200.50 优印", "rows-skipped")]
    [InlineData("交易日期,交易金额(支出),交易金额(收入)\n2026-03-02,0.00,1000.00\n2026-03-05,200.50,0.00", "0302 1000.00 ;0305 -200.50 ")]
    [InlineData("交易日期,借方金额（收）,贷方金额（支）,余额\n2026-03-02,1000.00,,11000.00\n2026-03-05,,200.50,10799.50", "0302 1000.00 ;0305 -200.50 ")]
    [InlineData("交易日期,存入金额,取出金额,账户余额\n2026-03-02,1000.00,0.00,11000.00\n2026-03-05,0.00,200.50,10799.50", "0302 1000.00 ;0305 -200.50 ")]
    [InlineData("交易日期,往账金额,来账金额\n2026-03-02,,1000.00\n2026-03-05,200.50,", "0302 1000.00 ;0305 -200.50 ")]
    [InlineData("日期,存款金额,不明金额\n2026-03-02,1000.00,\n2026-03-05,,200.50", "0302 1000.00 ;0305 -200.50 ")]
    [InlineData("交易日期,收入/支出,交易金额\n2026-03-02,收入,1000.00\n2026-03-05,支出,200.50", "0302 1000.00 ;0305 -200.50 ")]
    [InlineData("交易日期,收入/支出金额\n2026-03-02,+1000.00\n2026-03-05,-200.50", "0302 1000.00 ;0305 -200.50 ")]
    [InlineData("交易日期,资金流向,交易金额\n2026-03-02,流入,1000.00\n2026-03-05,流出,200.50", "0302 1000.00 ;0305 -200.50 ")]
    [InlineData("交易日期,借贷标志,交易金额\n2026-03-02,贷Cr,1000.00\n2026-03-05,Dr.,200.50\n2026-03-06,贷方/收入,1.00", "0302 1000.00 ;0305 -200.50 ;0306 1.00 ")]
    [InlineData("交易日期,交易金额,资金性质,收支项目\n2026-03-02,1000.00,自有,捐款\n2026-03-05,-200.50,专项,海报", "0302 1000.00 ;0305 -200.50 ", "columns-guessed")]
    [InlineData("交易时间,收支标识,交易金额(元),商户名称\n2026-03-01 10:15:00,支出,-20.00,清河超市", "0301 -20.00 清河超市", "out-negative")]
    [InlineData("交易日期,收入,支出,余额\n2026-03-02,,-200.50,10799.50", "0302 -200.50 ", "out-negative")]
    [InlineData("日期,金额,余额\n2026-03-05,200.50,10799.50", "0305 200.50 ", "signs-all-in")]
    [InlineData("交易日期,入账日期,交易描述,交易金额,入账金额\n2026-03-02,2026-03-03,办公,100.00,100.00\n2026-03-05,2026-03-05,还款,-100.00,-100.00", "0303 -100.00 ;0305 100.00 ", "signs-card")]
    [InlineData("交易日期,交易前余额,交易金额,交易后账户余额\n2026-03-02,10000.00,1000.00,11000.00\n2026-03-05,11000.00,-200.50,10799.50\n2026-03-06,10799.50,1.00,10800.50", "0302 1000.00 ;0305 -200.50 ;0306 1.00 ")]
    [InlineData("日期,摘要,收入,支出,余额\n2026-03-01,期初余额,10000.00,,10000.00\n2026-03-02,转账,1000.00,,11000.00\n2026-03-31,本月合计,1000.00,,11000.00\n2026-03-31,累计,3000.00,20.00,11000.00", "0302 1000.00 ", "rows-skipped")]
    [InlineData("日期,收入,支出,余额,摘要\n2026-03-02,1000.00,,11000.00,捐\n2026-03-03,,,11000.00,账户信息变更\n,1000.00,,,合计\n,1000.00,0.00,,", "0302 1000.00 ", "rows-skipped")]
    [InlineData("交易时间,借贷标志,交易金额,对方户名,交易状态\n2026-03-02,借,1.00,甲,成功\n2026-03-02,借,1.00,甲,已冲正\n2026-03-02,借,1.00,甲,待复核\n2026-03-02,借,1.00,甲,银行拒绝\n2026-03-02,借,1.00,甲,退汇", "0302 -1.00 甲", "closed")]
    [InlineData("交易时间,借贷标志,交易金额,交易状态\n2026-03-02,借,1.00,甲态", "0302 -1.00 ", "state-unknown")]
    [InlineData("交易号,交易创建时间,付款时间,交易对方,金额（元）,收/支,交易状态,资金状态\n1,2020-03-01 09:00:01,2020-03-01 09:00:05,店,100.00,支出,交易成功,已支出\n2,2020-03-02 09:00:01,2020-03-02 09:00:01,余额宝,300.00,,交易成功,资金转移", "0301 -100.00 店", "neutral")]
    [InlineData("支付宝交易号,业务类型,创建时间,完成时间,商家实收（元）,服务费（元）\n1,交易,2026-03-01 23:59:50,2026-03-02 00:00:05,100.00,-0.60\n2,退款,2026-03-04 10:00:00,2026-03-04 10:00:05,-30.00,0.18", "0302 100.00 ;0302 -0.60 ;0304 -30.00 ;0304 0.18 ", "fees-split")]
    [InlineData("交易日期,交易类型,交易金额,手续费,结算金额\n2026-03-01,消费,100.00,0.38,99.62\n2026-03-01,退货,20.00,0.08,19.92", "0301 100.00 ;0301 -0.38 ;0301 -20.00 ;0301 0.08 ", "signs-all-in,fees-split")]
    [InlineData("交易日期,支出,收入,余额,手续费\n2026-03-01,,50.00,949.00,0.00\n2026-03-02,100.00,,848.00,1.00", "0301 50.00 ;0302 -100.00 ;0302 -1.00 ", "fees-split")]
    [InlineData("交易日期,收支类型,交易金额,手续费\n2026-03-01,收入,100.00,0.60", "0301 100.00 ", "fees-unproved")]
    [InlineData("交易时间,交易状态,交易金额(元),手续费(元),退款金额(元),实收金额(元)\n2026-03-01,支付成功,100.00,0.60,0.00,99.40", "0301 100.00 ;0301 -0.60 ", "fees-split")]
    [InlineData("交易创建时间,交易成功时间,收/支,订单金额,实付金额\n2026-02-28 23:59:13,2026-03-01 00:00:25,支出,¥22.30,¥21.17", "0301 -21.17 ")]
    [InlineData("捐赠时间,捐赠人,捐赠金额,配捐金额\n2026-03-01 10:00:00,网友A,10.00,2.00", "0301 10.00 网友A", "signs-all-in,amount-chosen")]
    [InlineData("序号 Serial Num,交易日期 Trans Date,借贷 Dc Flg,交易金额 Trans Amt,余额 Balance,对方账号 Payment Receipt Account,对方户名 Payment Receipt Account Name\n1,2026-03-02,贷 Cr,1000.00,11000.00,6217,张三", "0302 1000.00 张三")]
    [InlineData("交易时间,借方发生额,贷方发生额,对方账号,对方账号名称\n2026-03-02,,1.00,6217,张三", "0302 1.00 张三")]
    [InlineData("交易日期,收入,支出,对方账号/户名\n2026-03-02,1.00,,6217001234/张三", "0302 1.00 张三")]
    [InlineData("交易日期,收入,支出,收/付款人\n2026-03-02,1.00,,张三", "0302 1.00 张三")]
    [InlineData("日期,付款人,收款人,收入,支出\n2026-03-02,张三,慈善会,1.00,\n2026-03-03,慈善会,优印,,2.00", "0302 1.00 张三;0303 -2.00 优印")]
    [InlineData("sep=,\n交易日期,收入,支出\n2026-03-02,1.00,", "0302 1.00 ")]
    [InlineData("交易日期,收入,支出\n\"2026-03-02\", \"1,000.00\", \"\"", "0302 1000.00 ")]
    [InlineData("交易日期,交易时间,收入,支出,余额,币种\n20260302,91530,1.00,,贷 2.00,CNY人民币元\n20260303,--,1.00,,****,156-人民币元", "0302 1.00 ;0303 1.00 ")]
    [InlineData("日期,收入,支出,余额\n2026-03-05,1.00,,11.00\n2026-03-05,,2.00,9.00\n2026-03-05,4.00,,13.00\n2026-03-02,3.00,,5.00\n2026-03-02,5.00,,10.00", "0305 1.00 ;0305 -2.00 ;0305 4.00 ;0302 3.00 ;0302 5.00 ")]
    [InlineData("日期,收入,支出\n2026-03-02,1.00,\n汇总日期,收入合计,支出合计\n2026-03-31,1.00,", "0302 1.00 ", "another-table,rows-skipped")]
    public void Other_words_for_the_same_are_read_and_what_is_doubtful_is_said(string text, string lines, string said = "")
    {
        StatementFile file = Read(text);
        string.Join(';', file.Lines.Select(Short)).ShouldBe(lines);
        string.Join(',', file.Warnings.Select(warning => warning.Code["bank.".Length..]).Where(code => code != "no-balances")).ShouldBe(said);
        file.Lines.Select(line => line.Identity).ShouldBeUnique();
    }

    [Theory]
    [InlineData("交易日期,收入(美元),支出(美元)\n2026-03-02,50.00,", "bank.other-currency")]
    [InlineData("单位：万元\n交易日期,收入,支出\n2026-03-02,5.00,", "bank.other-unit")]
    [InlineData("交易日期,收入(分),支出(分)\n2026-03-02,500,", "bank.other-unit")]
    [InlineData("交易日期,收入,支出,对方户名\n2026-03-02,1,000.00,,张三", "bank.cells-shifted")]
    [InlineData("交易日期,附言,收入,支出\n2026-03-02,订单 5,50,,1.00\n2026-03-03,捐,1.00,\n2026-03-04,捐,1.00,", "bank.cells-shifted")]
    [InlineData("账号：1111\n交易日期,收入,支出\n2026-03-02,1.00,\n账号：2222\n交易日期,收入,支出\n2026-03-02,2.00,", "bank.several-accounts")]
    [InlineData("交易日期,收入,支出\n2026-03-02,1.00,\n交易日期,支出,收入\n2026-03-02,2.00,", "bank.header-changes")]
    [InlineData("对方户名,交易日期,收入,支出\n本期科技,2026年3月32日,1.00,", "bank.bad-date")]
    public void What_would_be_read_wrongly_is_refused(string text, string code) => RefusalOf(text).Code.ShouldBe(code);

    [Theory]
    [InlineData("账号：1202 0211 0990 0123 456", "1202021109900123456")]
    [InlineData("账号：641979486（人民币）", "641979486")]
    [InlineData("账号：人民币活期 201000123456789", "201000123456789")]
    [InlineData("账号/卡号：201000123456789", "201000123456789")]
    [InlineData("账 号：201000123456789", "201000123456789")]
    [InlineData("户名：清河慈善会(账号：201000123456789)", "201000123456789")]
    [InlineData("账号[6225********1234]", "6225********1234")]
    [InlineData("客户账号,,,201000123456789", "201000123456789")]
    public void The_account_above_the_header_is_found_however_it_is_written(string above, string number) =>
        Read($"{above}\n日期,收入,支出\n2026-03-02,1.00,").AccountNumber.ShouldBe(number);

    [Fact]
    public void Sheets_and_files_of_one_header_are_one_statement_and_what_repeats_or_differs_is_named()
    {
        string[] header = ["交易日期", "收入", "支出", "余额"];
        string[][] january = [header, ["2026-01-02", "1.00", "", "11.00"]], march = [header, ["2026-03-02", "2.00", "", "13.00"]];
        byte[] book = StatementNotation.Workbook(("3月", march), ("1月", january), ("全部", [header, january[1], march[1]]), ("账本", [["日期", "金额"], ["2026-01-02", "9.00"]]));
        StatementFile file = StatementFile.Read(book, "a.xlsx");
        file.Lines.Select(line => (line.OccurredOn.Month, line.Amount)).ShouldBe([(1, Amount.Yuan(1)), (3, Amount.Yuan(2))]);
        (file.FirstBrokenLine, file.Opening).ShouldBe((null, Amount.Yuan(10)));
        file.Warnings.Select(warning => warning.Code).ShouldBe(["bank.sheets-joined", "bank.sheets-left"]);
        file.Warnings[1].Facts["sheets"].ShouldBe("全部、账本");

        StatementFile chosen = StatementFile.Read(book, "a.xlsx", new StatementReading { Sheet = "1月" }, []);
        (chosen.Lines.Count, chosen.Warnings[0].Code).ShouldBe((1, "bank.sheets-left"));
        static byte[] Csv(string account) => Encoding.UTF8.GetBytes($"账号：{account}\n交易日期,收入,支出\n2026-03-02,1.00,");
        RefusalOf(StatementNotation.Archive(null, ("a.csv", Csv("1111")), ("b.csv", Csv("2222"))), "a.zip").Code.ShouldBe("bank.several-accounts");
    }

    [Theory]
    [InlineData("<table><tr><th rowspan=2>交易日期<th colspan=2>发生额<th rowspan=2>余额<tr><th>借方<th>贷方<tr><td>20260302<td>0.00<td>1000.00<td>11000.00</table>")]
    [InlineData("<table><tr><td>银行</td><td><table><tr><td>交易日期</td><td>借方</td><td>贷方</td><td>余额</td></tr><tr><td>20260302</td><td></td><td>1000.00</td><td>11000.00</td></tr></table></td></tr></table>")]
    public void A_page_is_read_whatever_its_cells_span_or_leave_open(string table)
    {
        StatementFile file = Read($"<html><body>{table}</body></html>");
        file.Lines.ShouldHaveSingleItem().Amount.ShouldBe(Amount.Yuan(1_000));
        file.Closing.ShouldBe(Amount.Yuan(11_000));
    }

    [Fact]
    public void A_wallet_moves_money_that_it_does_not_count_and_counts_some_that_never_moved()
    {
        StatementFile alipay = StatementFile.Read(Sample("alipay-personal.gbk.csv"), "a.csv");
        alipay.Lines.Where(line => line.Summary.StartsWith("退款", StringComparison.Ordinal)).Select(line => line.Amount)
            .ShouldBe([Amount.Yuan(16.03m), Amount.Yuan(50)]);
        alipay.Lines.Count(line => line.Summary == "一卡通充值" && line.Amount == Amount.Yuan(-50)).ShouldBe(1);
        alipay.LeftOut.Where(row => row.Reason != LeftOutRow.NoMovement).Select(row => row.Reason).ShouldBe([LeftOutRow.Neutral, LeftOutRow.Closed]);

        StatementFile wechat = StatementFile.Read(Sample("wechat-personal.csv"), "w.csv");
        wechat.Lines.Where(line => line.Summary.Contains("提现", StringComparison.Ordinal)).Sum(line => line.Amount.Units).ShouldBe(-111_130);
        wechat.LeftOut.Count(row => row.Reason == LeftOutRow.Neutral).ShouldBe(4);
    }

    [Theory]
    [InlineData("03/01/2026,04/02/2026", null, null)]
    [InlineData("03/01/2026,03/25/2026", DateOrder.Auto, "2026-03-01")]
    [InlineData("03/01/2026,25/01/2026", DateOrder.Auto, "2026-01-03")]
    [InlineData("03/01/2026,04/02/2026", DateOrder.MonthFirst, "2026-03-01")]
    [InlineData("03/01/2026,04/02/2026", DateOrder.DayFirst, "2026-01-03")]
    [InlineData("46082,46083", DateOrder.Auto, "2026-03-01")]
    public void A_date_that_can_be_read_twice_is_never_guessed(string days, DateOrder? said, string? first)
    {
        byte[] content = Encoding.UTF8.GetBytes($"{Header}\n{string.Join('\n', days.Split(',').Select(day => $"{day},1.00,,,甲,捐"))}");
        StatementReading reading = new() { Dates = said ?? DateOrder.Auto };
        if (first is null)
        {
            Should.Throw<RefusedException>(() => StatementFile.Read(content, "a.csv", reading, [])).Refusal.Code.ShouldBe("bank.date-order");
            return;
        }

        StatementFile file = StatementFile.Read(content, "a.csv", reading, []);
        file.Lines.First().OccurredOn.ToString("uuuu-MM-dd", null).ShouldBe(first);
        file.Warnings.Any(warning => warning.Code.StartsWith("bank.dates-", StringComparison.Ordinal)).ShouldBe(said == DateOrder.Auto);
    }

    [Fact]
    public void The_same_statement_as_a_workbook_old_or_new_in_an_archive_or_as_a_page_says_the_same()
    {
        StatementFile csv = Read(CcbText());
        foreach ((byte[] content, string name) in new[]
        {
            (Sample("ccb-corporate-2026.xls"), "a.xls"),
            (StatementNotation.Workbook(("封面", [["说明"]]), ("明细", CcbCells())), "a.xlsx"),
            (StatementNotation.Page(CcbCells()), "a.xls"),
            (StatementNotation.Archive(null, ("说明.txt", Encoding.UTF8.GetBytes("请勿外传")), ("账务明细(汇总).csv", Encoding.UTF8.GetBytes("类型,金额\n收入,1.00")), ("流水.csv", Sample("ccb-corporate-2026.csv"))), "a.zip"),
        })
        {
            StatementFile file = StatementFile.Read(content, name);
            file.Told().ShouldBe(csv.Told(), name);
            file.FirstBrokenLine.ShouldBeNull(name);
            file.Lines.Select(line => line.Identity).ShouldBe(csv.Lines.Select(line => line.Identity), name);
        }
    }

    [Fact]
    public void An_archive_opens_with_its_password_and_never_asks_again()
    {
        byte[] locked = StatementNotation.Archive("8848", ("流水.csv", Sample("ccb-corporate-2026.csv")));
        RefusalOf(locked, "a.zip").Code.ShouldBe("bank.archive-locked");
        Should.Throw<RefusedException>(() => StatementPackage.Opened(locked, "a.zip", "8849")).Refusal.Code.ShouldBe("bank.wrong-password");
        StatementFile.Read(StatementPackage.Opened(locked, "a.zip", "8848"), "a.zip").Lines.Count.ShouldBe(30);
    }

    [Fact]
    public void What_a_person_said_goes_before_what_was_found_and_a_profile_remembers_it()
    {
        byte[] content = Encoding.UTF8.GetBytes("甲,乙,丙,丁\n2026-03-01,和顺物业,2,3.00\n2026-03-02,优印图文,4,5.00");
        StatementReading said = new()
        {
            HeaderRow = 1,
            Columns = [StatementColumn.HappenedOn, StatementColumn.CounterpartyName, null, StatementColumn.EitherWay],
            Signs = SignRule.Opposite,
        };
        StatementFile.Read(content, "a.csv").HeaderRow.ShouldBe(1);
        StatementFile file = StatementFile.Read(content, "a.csv", said, []);
        file.Lines.Select(Short).ShouldBe(["0301 -3.00 和顺物业", "0302 -5.00 优印图文"]);
        StatementProfile profile = new("村镇银行", file.Fingerprint, said.Lasting);
        StatementFile next = StatementFile.Read((byte[])[.. "某行\n"u8, .. content], "b.csv", StatementReading.Found, [profile]);
        (next.Profile, next.HeaderRow).ShouldBe(("村镇银行", 2));
        next.Lines.Select(Short).ShouldBe(file.Lines.Select(Short));
    }

    private static string Short(StatementLine line) => string.Create(null,
        $"{line.OccurredOn.Month:00}{line.OccurredOn.Day:00} {line.Amount.Units / 100m:0.00} {line.CounterpartyName}");
}
