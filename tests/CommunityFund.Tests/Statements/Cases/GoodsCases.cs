using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using static CommunityFund.Ledger.Restriction;
using static CommunityFund.Tests.Statements.Cases.CaseBook;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>Gifts in kind, and goods bought to be handed out: regulation 3, cases 4 to 7 and 27.</summary>
internal static class GoodsCases
{
    public static RegulationCase[] All =>
    [
        new("4 实物捐赠有凭据", async book =>
            {
                int fund = await book.Fund();
                await book.InKind(fund, 3, 4, Unrestricted, "受赠米面和打印机，按发票入账",
                    new(InKindThing.Goods, "大米", "袋", 60, Amount.Yuan(3000)),
                    new(InKindThing.FixedAsset, "打印机", "台", 1, Amount.Yuan(3500), Amount.Yuan(2000), FairSource.MarketPrice));
                return fund;
            },
            """
            借 存货 3000；借 固定资产 2000；贷 捐赠收入（非限定） 5000
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
            借 存货 800；贷 捐赠收入（限定） 800
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
            借 固定资产 1；贷 捐赠收入（非限定） 1
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
            借 银行存款—建行基本户 500；贷 捐赠收入（非限定） 500
            借 存货 200；贷 捐赠收入（非限定） 200
            借 筹资费用 60；贷 银行存款—建行基本户 60
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
            """,
            """
            借 银行存款—建行基本户 500；贷 捐赠收入（非限定） 500
            借 存货 200；贷 捐赠收入（非限定） 200
            借 筹资费用（非限定） 60；贷 银行存款—建行基本户 60
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
        new("27 采购兑换物资并发放", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Restricted);
                await book.Goods(fund, new BuyGoods(TestBody.Key, fund, "社区仓库", [new GoodsIn("食用油", "桶", 3, Amount.Yuan(100))], book.On(3, 6),
                    Restricted, TestBody.Bank, "粮油店", PersonKind.Organisation, "采购兑换物资"));
                await book.HandOut(fund, 8, 1, "志愿者兑换");
                await book.HandOut(fund, 9, 2, "志愿者兑换");
                return fund;
            },
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 存货 100；贷 银行存款—建行基本户 100
            借 业务活动成本 33.33；贷 存货 33.33；借 捐赠收入（限定） 33.33；贷 捐赠收入（非限定） 33.33
            借 业务活动成本 66.67；贷 存货 66.67；借 捐赠收入（限定） 66.67；贷 捐赠收入（非限定） 66.67
            01 cash 0 | 900
            01 restricted 0 | 900
            02 donations 100 | 900
            02 programmes 100 | 0
            03 donations 1000
            03 purchases 100
            fund income 100 | 900
            fund expense 100 | 0
            fund closing 0 | 900
            """,
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 存货 100；贷 银行存款—建行基本户 100
            借 业务活动成本（限定） 33.33；贷 存货 33.33
            借 业务活动成本（限定） 66.67；贷 存货 66.67
            01 cash 0 | 900
            01 restricted 0 | 900
            02 donations 0 | 1000
            02 programmes 0 | 100
            03 donations 1000
            03 purchases 100
            fund income 0 | 1000
            fund expense 0 | 100
            fund closing 0 | 900
            """),
    ];
}
