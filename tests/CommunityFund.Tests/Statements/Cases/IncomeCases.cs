using CommunityFund.Donations;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.PublicMoney;
using CommunityFund.Stock;
using CommunityFund.Vouchers;
using static CommunityFund.Ledger.Restriction;
using static CommunityFund.Tests.Statements.Cases.CaseBook;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>What comes in: regulation 3, cases 1 to 13.</summary>
internal static class IncomeCases
{
    private const string Donations = "donation-income";

    public static RegulationCase[] All =>
    [
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
        new("4 实物捐赠有凭据", async book =>
            {
                int fund = await book.Fund();
                await book.InKind(fund, 3, 4, Unrestricted, "受赠米面和打印机，按发票入账",
                    new(InKindThing.Goods, "大米", "袋", 60, Amount.Yuan(3000)),
                    new(InKindThing.FixedAsset, "打印机", "台", 1, Amount.Yuan(3500), Amount.Yuan(2000), FairSource.MarketPrice));
                return fund;
            },
            """
            01 inventories 0 | 3000
            01 fixed-cost 0 | 2000
            01 unrestricted 0 | 5000
            02 donations 5000 | 0
            fund income 5000 | 0
            fund closing 5000 | 0
            """),
        new("5 实物捐赠无凭据，按公允价值", async book =>
            {
                int fund = await book.Fund(Clause);
                await book.InKind(fund, 3, 4, Restricted, "受赠图书，按电商平台售价入账",
                    new InKindRow(InKindThing.Goods, "图书", "册", 40, Fair: Amount.Yuan(800), Source: FairSource.MarketPrice));
                return fund;
            },
            """
            01 inventories 0 | 800
            01 restricted 0 | 800
            02 donations 0 | 800
            fund income 0 | 800
            fund closing 0 | 800
            """),
        new("6 公允价值不能可靠取得", async book =>
            {
                int fund = await book.Fund();
                await book.InKind(fund, 3, 4, Unrestricted, "受赠旧音响和旧衣物，没有可靠价值",
                    new(InKindThing.FixedAsset, "旧音响", "台", 1), new(InKindThing.Goods, "旧衣物", "件", 30));
                await book.HandOut(fund, 6, 20, "发给困难家庭", "旧衣物");
                return fund;
            },
            "",
            """
            01 fixed-cost 0 | 1
            01 unrestricted 0 | 1
            02 donations 1 | 0
            fund income 1 | 0
            fund closing 1 | 0
            """),
        new("7 为受赠物资付的运费", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 500, Unrestricted);
                await book.InKind(fund, 3, 4, Unrestricted, "受赠米面，按发票入账",
                    new InKindRow(InKindThing.Goods, "面粉", "袋", 10, Amount.Yuan(200)));
                await book.Spend(fund, 60, Unrestricted, CashFlow.OtherPaid, "fundraising-expense");
                return fund;
            },
            """
            01 cash 0 | 440
            01 inventories 0 | 200
            01 unrestricted 0 | 640
            02 donations 700 | 0
            02 fundraising 60 | 0
            03 donations 500
            03 other-paid 60
            fund income 700 | 0
            fund expense 60 | 0
            fund closing 640 | 0
            """),
        new("8 捐赠承诺不入账", async book =>
            {
                int fund = await book.Fund();
                await book.Body.Accountant.Run(new Pledge(TestBody.Key, fund, 10_000));
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
                await book.Post(fund, new OweBack(TestBody.Key, bound, Amount.Yuan(500), RefundReason.Outside, "未完成部分", book.On(3, 11), book.On(3, 31)));
                return fund;
            },
            """
            01 cash 0 | 6000
            01 payables 0 | 500
            01 unrestricted 0 | 1000
            01 restricted 0 | 4500
            02 government 1500 | 4500
            02 management 500 | 0
            03 subsidies 6000
            fund income 1500 | 4500
            fund expense 500 | 0
            fund closing 1000 | 4500
            """,
            """
            01 cash 0 | 6000
            01 payables 0 | 500
            01 unrestricted 0 | 1000
            01 restricted 0 | 4500
            02 government 1000 | 4500
            03 subsidies 6000
            fund income 1000 | 4500
            fund closing 1000 | 4500
            """),
        new("11 政府购买服务是交换交易", async book =>
            {
                int fund = await book.Fund();
                long contract = await book.Public(fund, 3000, Unrestricted, inExchange: true);
                await book.Post(fund, new RecordAcceptance(TestBody.Key, contract, Amount.Yuan(2000), book.On(3, 15)));
                return fund;
            },
            """
            01 cash 0 | 3000
            01 advances 0 | 1000
            01 unrestricted 0 | 2000
            02 services 2000 | 0
            03 services 3000
            fund income 2000 | 0
            fund closing 2000 | 0
            """),
        new("12 银行利息", async book =>
            {
                int fund = await book.Fund(Clause);
                await book.Write(fund, 3, 14, "存款利息，其中协议约定归儿童活动五元", Debit(TestBody.Bank, 17.34m),
                    Credit("other-income", 12.34m, Unrestricted), Credit("other-income", 5, Restricted));
                return fund;
            },
            """
            01 cash 0 | 17.34
            01 unrestricted 0 | 12.34
            01 restricted 0 | 5
            02 other-income 12.34 | 5
            03 other-received 17.34
            fund income 12.34 | 5
            fund closing 12.34 | 5
            """),
        new("13 社会企业自愿捐赠利润", async book =>
            {
                int fund = await book.Fund(Clause);
                await book.FromEnterprise(fund, 820, GivenFor.Nothing, byStake: false);
                return fund;
            },
            """
            01 cash 0 | 820
            01 restricted 0 | 820
            02 donations 0 | 820
            03 donations 820
            fund income 0 | 820
            fund closing 0 | 820
            """),
        new("13 被投资单位分红（成本法）", async book =>
            {
                int fund = await book.Fund();
                await book.FromEnterprise(fund, 500, GivenFor.Nothing, byStake: true);
                return fund;
            },
            """
            01 cash 0 | 500
            01 unrestricted 0 | 500
            02 investment 500 | 0
            03 investment-income 500
            fund income 500 | 0
            fund closing 500 | 0
            """),
        new("13 自有商品销售", async book =>
            {
                int fund = await book.Fund();
                await book.FromEnterprise(fund, 300, GivenFor.Goods, byStake: false);
                return fund;
            },
            """
            01 cash 0 | 300
            01 unrestricted 0 | 300
            02 sales 300 | 0
            03 sales 300
            fund income 300 | 0
            fund closing 300 | 0
            """),
    ];
}
