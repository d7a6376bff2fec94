using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Donations.Pledges;
using CommunityFund.Ledger;
using CommunityFund.PublicMoney;
using CommunityFund.Vouchers;
using static CommunityFund.Ledger.Restriction;
using static CommunityFund.Tests.Statements.Cases.CaseBook;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>What comes in: regulation 3, cases 1 to 3 and 8 to 12.</summary>
internal static class IncomeCases
{
    private const string Donations = "donation-income";

    /// <summary>Interest comes first: it is shared by what the funds hold, and only its own two hold anything yet.</summary>
    public static RegulationCase[] All =>
    [
        new("12 银行利息，归各基金", async book => (await book.Interest()).Free,
            """
            借 银行存款—建行基本户 2000；贷 捐赠收入（非限定） 2000
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            甲基金 借 银行存款—建行基本户 11.56；甲基金 贷 其他收入（非限定） 11.56；乙基金 借 银行存款—建行基本户 5.78；乙基金 贷 其他收入（限定） 5.78
            01 cash 0 | 2011.56
            01 unrestricted 0 | 2011.56
            02 donations 2000 | 0
            02 other-income 11.56 | 0
            03 donations 2000
            03 other-received 11.56
            fund income 2011.56 | 0
            fund closing 2011.56 | 0
            """),
        new("12 银行利息，协议约定收益同受限定", async book => (await book.Interest()).Bound,
            """
            01 cash 0 | 1005.78
            01 restricted 0 | 1005.78
            02 donations 0 | 1000
            02 other-income 0 | 5.78
            03 donations 1000
            03 other-received 5.78
            fund income 0 | 1005.78
            fund closing 0 | 1005.78
            """),
        new("年初余额", async book =>
            {
                await book.Post(TestBody.General, new EnterOpening(TestBody.Key,
                [
                    new(TestBody.Bank, TestBody.General, Side.Debit, Amount.Yuan(2500)),
                    new("fixed-assets", TestBody.General, Side.Debit, Amount.Yuan(1200)),
                    new("accumulated-depreciation", TestBody.General, Side.Credit, Amount.Yuan(300)),
                    new("net-assets-unrestricted", TestBody.General, Side.Credit, Amount.Yuan(2900)),
                    new("net-assets-restricted", TestBody.General, Side.Credit, Amount.Yuan(500), Clause: "仅用于助老"),
                ]));
                return TestBody.General;
            },
            """
            借 银行存款—建行基本户 2500；借 固定资产 1200；贷 累计折旧 300；贷 非限定性净资产（非限定、期初余额） 2900；贷 限定性净资产（限定、期初余额） 500
            01 cash 2500 | 2500
            01 fixed-cost 1200 | 1200
            01 depreciation 300 | 300
            01 unrestricted 2900 | 2900
            01 restricted 500 | 500
            fund opening 2900 | 500
            fund closing 2900 | 500
            """),
        new("1 限定性现金捐赠", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Restricted);
                return fund;
            },
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            01 cash 0 | 1000
            01 restricted 0 | 1000
            02 donations 0 | 1000
            03 donations 1000
            fund income 0 | 1000
            fund closing 0 | 1000
            """),
        new("2 非限定性捐赠", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 500, Unrestricted);
                return fund;
            },
            """
            借 银行存款—建行基本户 500；贷 捐赠收入（非限定） 500
            01 cash 0 | 500
            01 unrestricted 0 | 500
            02 donations 500 | 0
            03 donations 500
            fund income 500 | 0
            fund closing 500 | 0
            """),
        new("3 当期收到、当期解除限定", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Restricted);
                await book.Spend(fund, 400, Restricted, CashFlow.PurchasesPaid);
                await book.Write(fund, 3, 10, "捐赠人书面取消其余限定",
                    Debit(Donations, 600, Restricted), Credit(Donations, 600, Unrestricted));
                return fund;
            },
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 业务活动成本 400；贷 银行存款—建行基本户 400；借 捐赠收入（限定） 400；贷 捐赠收入（非限定） 400
            借 捐赠收入（限定） 600；贷 捐赠收入（非限定） 600
            01 cash 0 | 600
            01 unrestricted 0 | 600
            02 donations 1000 | 0
            02 programmes 400 | 0
            03 donations 1000
            03 purchases 400
            fund income 1000 | 0
            fund expense 400 | 0
            fund closing 600 | 0
            """,
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 业务活动成本（限定） 400；贷 银行存款—建行基本户 400
            借 捐赠收入（限定） 600；贷 捐赠收入（非限定） 600
            01 cash 0 | 600
            01 unrestricted 0 | 600
            02 donations 600 | 400
            02 programmes 0 | 400
            03 donations 1000
            03 purchases 400
            fund income 600 | 400
            fund expense 0 | 400
            fund closing 600 | 0
            """),
        new("8 捐赠承诺不入账", async book =>
            {
                int fund = await book.Fund();
                await book.Body.Accountant.Run(new NotePledge(TestBody.Key, "绿洲公司", PersonKind.Organisation, fund, PledgeForm.Written, false,
                    book.On(1, 5), "捐赠协议 5 号",
                    [new Instalment(book.On(2, 20), Amount.Yuan(4000)), new Instalment(book.On(6, 30), Amount.Yuan(6000))]));
                return fund;
            },
            ""),
        new("9 附条件捐赠产生返还义务", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Restricted);
                await book.GiveBack(fund, 10, 200, GiftRefundCause.Outside, "活动取消，捐赠人书面要求退回");
                await book.GiveBack(fund, 11, 100, GiftRefundCause.Own, "本会延误，协议第六条约定退回");
                return fund;
            },
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 管理费用 200；贷 其他应付款 200；借 捐赠收入（限定） 200；贷 捐赠收入（非限定） 200
            借 管理费用 100；贷 其他应付款 100；借 捐赠收入（限定） 100；贷 捐赠收入（非限定） 100
            01 cash 0 | 1000
            01 payables 0 | 300
            01 restricted 0 | 700
            02 donations 300 | 700
            02 management 300 | 0
            03 donations 1000
            fund income 300 | 700
            fund expense 300 | 0
            fund closing 0 | 700
            """,
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 捐赠收入（限定） 200；贷 其他应付款 200
            借 管理费用（限定） 100；贷 其他应付款 100
            01 cash 0 | 1000
            01 payables 0 | 300
            01 restricted 0 | 700
            02 donations 0 | 800
            02 management 0 | 100
            03 donations 1000
            fund income 0 | 800
            fund expense 0 | 100
            fund closing 0 | 700
            """),
        new("10 政府补助", async book =>
            {
                int fund = await book.Fund(Clause);
                long bound = await book.Public(fund, 5000, Restricted);
                await book.Public(fund, 1000, Unrestricted);
                await book.Post(fund, new OweBack(
                    TestBody.Key, bound, Amount.Yuan(500), RefundReason.Outside, "未完成部分", book.On(3, 11), book.On(3, 31)));
                await book.Post(fund, new OweBack(
                    TestBody.Key, bound, Amount.Yuan(100), RefundReason.Own, "逾期未开展的一场", book.On(3, 12), book.On(3, 31)));
                return fund;
            },
            """
            借 银行存款—建行基本户 5000；贷 政府补助收入（限定） 5000
            借 银行存款—建行基本户 1000；贷 政府补助收入（非限定） 1000
            借 管理费用 500；贷 其他应付款 500；借 政府补助收入（限定） 500；贷 政府补助收入（非限定） 500
            借 管理费用 100；贷 其他应付款 100；借 政府补助收入（限定） 100；贷 政府补助收入（非限定） 100
            01 cash 0 | 6000
            01 payables 0 | 600
            01 unrestricted 0 | 1000
            01 restricted 0 | 4400
            02 government 1600 | 4400
            02 management 600 | 0
            03 subsidies 6000
            fund income 1600 | 4400
            fund expense 600 | 0
            fund closing 1000 | 4400
            """,
            """
            借 银行存款—建行基本户 5000；贷 政府补助收入（限定） 5000
            借 银行存款—建行基本户 1000；贷 政府补助收入（非限定） 1000
            贷 政府补助收入（限定） -500；贷 其他应付款 500
            借 管理费用（限定） 100；贷 其他应付款 100
            01 cash 0 | 6000
            01 payables 0 | 600
            01 unrestricted 0 | 1000
            01 restricted 0 | 4400
            02 government 1000 | 4500
            02 management 0 | 100
            03 subsidies 6000
            fund income 1000 | 4500
            fund expense 0 | 100
            fund closing 1000 | 4400
            """),
        new("11 政府购买服务是交换交易", async book =>
            {
                int fund = await book.Fund();
                long contract = await book.Public(fund, 3000, Unrestricted, inExchange: true);
                await book.Post(fund, new RecordAcceptance(TestBody.Key, contract, Amount.Yuan(2000), book.On(3, 15)));
                return fund;
            },
            """
            借 银行存款—建行基本户 3000；贷 预收账款 3000
            借 预收账款 2000；贷 提供服务收入（非限定） 2000
            01 cash 0 | 3000
            01 advances 0 | 1000
            01 unrestricted 0 | 2000
            02 services 2000 | 0
            03 services 3000
            fund income 2000 | 0
            fund closing 2000 | 0
            """),
    ];
}
