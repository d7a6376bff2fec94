using CommunityFund.Books;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using static CommunityFund.Ledger.Restriction;
using static CommunityFund.Tests.Statements.Cases.CaseBook;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>What social enterprises bring, and what founding one costs: regulation 3, cases 13 and 14.</summary>
internal static class EnterpriseCases
{
    public static RegulationCase[] All =>
    [
        new("13 社会企业自愿捐赠利润", async book =>
            {
                int fund = await book.Fund(Clause);
                await book.FromEnterprise(fund, 820, GivenFor.Nothing, byStake: false);
                return fund;
            },
            """
            贷 捐赠收入（限定） 820；借 银行存款—建行基本户 820
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
            借 其他应收款 500；贷 投资收益（非限定） 500
            贷 其他应收款 500；借 银行存款—建行基本户 500
            01 cash 0 | 500
            01 unrestricted 0 | 500
            02 investment 500 | 0
            03 investment-income 500
            fund income 500 | 0
            fund closing 500 | 0
            """),
        new("13 被投资单位分红和年度份额（权益法）", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Unrestricted, month: 2);
                long enterprise = await book.Enterprise(fund, Influence.Significant);
                await book.Post(fund, new GiveStartUpMoney(TestBody.Key, enterprise, FundingKind.Investment, Amount.Yuan(800), fund, book.On(3, 6),
                    TestBody.Bank, Unrestricted, "理事会决议二", [new RecoveryStep(book.On(12, 20), Amount.Yuan(800))]));
                await book.FromEnterprise(fund, 100, GivenFor.Nothing, byStake: true, enterprise);
                return fund;
            },
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 长期股权投资 800；贷 银行存款—建行基本户 800
            借 其他应收款 100；贷 长期股权投资 100
            贷 其他应收款 100；借 银行存款—建行基本户 100
            借 长期股权投资 300；贷 投资收益（非限定） 300
            01 cash 300 | 300
            01 equity-investments 1000 | 1000
            01 unrestricted 1300 | 1300
            fund opening 1300 | 0
            fund closing 1300 | 0
            """)
        {
            Later = async (book, fund) => await book.Post(
                fund, new RecordEquityShare(TestBody.Key, await book.EnterpriseOf(fund), (short)book.Year, Amount.Yuan(1000))),
        },
        new("13 自有商品销售和成本", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 500, Unrestricted);
                await book.Goods(fund, new BuyGoods(TestBody.Key, fund, "社区仓库", [new GoodsIn("手工皂", "块", 30, Amount.Yuan(120))], book.On(3, 6),
                    Unrestricted, TestBody.Bank, "手工坊", PersonKind.Organisation, "采购待售商品"));
                await book.FromEnterprise(fund, 300, GivenFor.Goods, byStake: false);
                await book.HandOut(fund, 17, 30, "结转已售商品成本");
                return fund;
            },
            """
            借 银行存款—建行基本户 500；贷 捐赠收入（非限定） 500
            借 存货 120；贷 银行存款—建行基本户 120
            借 应收账款 300；贷 商品销售收入（非限定） 300
            贷 应收账款 300；借 银行存款—建行基本户 300
            借 业务活动成本 120；贷 存货 120
            01 cash 0 | 680
            01 unrestricted 0 | 680
            02 donations 500 | 0
            02 sales 300 | 0
            02 programmes 120 | 0
            03 donations 500
            03 sales 300
            03 purchases 120
            fund income 800 | 0
            fund expense 120 | 0
            fund closing 680 | 0
            """,
            """
            借 银行存款—建行基本户 500；贷 捐赠收入（非限定） 500
            借 存货 120；贷 银行存款—建行基本户 120
            借 应收账款 300；贷 商品销售收入（非限定） 300
            贷 应收账款 300；借 银行存款—建行基本户 300
            借 业务活动成本（非限定） 120；贷 存货 120
            01 cash 0 | 680
            01 unrestricted 0 | 680
            02 donations 500 | 0
            02 sales 300 | 0
            02 programmes 120 | 0
            03 donations 500
            03 sales 300
            03 purchases 120
            fund income 800 | 0
            fund expense 120 | 0
            fund closing 680 | 0
            """),
        new("13 企业租用场地", async book =>
            {
                int fund = await book.Fund();
                await book.FromEnterprise(fund, 200, GivenFor.Services, byStake: false);
                return fund;
            },
            """
            借 应收账款 200；贷 提供服务收入（非限定） 200
            贷 应收账款 200；借 银行存款—建行基本户 200
            01 cash 0 | 200
            01 unrestricted 0 | 200
            02 services 200 | 0
            03 services 200
            fund income 200 | 0
            fund closing 200 | 0
            """),
        new("13 企业赞助换宣传", async book =>
            {
                int fund = await book.Fund();
                await book.FromEnterprise(fund, 250, GivenFor.Publicity, byStake: false);
                return fund;
            },
            """
            借 应收账款 250；贷 提供服务收入（非限定） 250
            贷 应收账款 250；借 银行存款—建行基本户 250
            01 cash 0 | 250
            01 unrestricted 0 | 250
            02 services 250 | 0
            03 services 250
            fund income 250 | 0
            fund closing 250 | 0
            """),
        new("14 出资开办社会组织", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Unrestricted);
                await book.Post(fund, new GiveStartUpMoney(TestBody.Key, await book.Enterprise(fund), FundingKind.Grant, Amount.Yuan(300), fund,
                    book.On(3, 6), TestBody.Bank, Unrestricted, "理事会决议一", []));
                return fund;
            },
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 业务活动成本 300；贷 银行存款—建行基本户 300
            01 cash 0 | 700
            01 unrestricted 0 | 700
            02 donations 1000 | 0
            02 programmes 300 | 0
            03 donations 1000
            03 grants 300
            fund income 1000 | 0
            fund expense 300 | 0
            fund closing 700 | 0
            """,
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 业务活动成本（非限定） 300；贷 银行存款—建行基本户 300
            01 cash 0 | 700
            01 unrestricted 0 | 700
            02 donations 1000 | 0
            02 programmes 300 | 0
            03 donations 1000
            03 grants 300
            fund income 1000 | 0
            fund expense 300 | 0
            fund closing 700 | 0
            """),
        new("14 出资开办与业务活动无关的组织", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Unrestricted);
                await book.Spend(fund, 300, Unrestricted, CashFlow.OtherPaid, "other-expense");
                return fund;
            },
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 其他费用 300；贷 银行存款—建行基本户 300
            01 cash 0 | 700
            01 unrestricted 0 | 700
            02 donations 1000 | 0
            02 other-expense 300 | 0
            03 donations 1000
            03 other-paid 300
            fund income 1000 | 0
            fund expense 300 | 0
            fund closing 700 | 0
            """,
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 其他费用（非限定） 300；贷 银行存款—建行基本户 300
            01 cash 0 | 700
            01 unrestricted 0 | 700
            02 donations 1000 | 0
            02 other-expense 300 | 0
            03 donations 1000
            03 other-paid 300
            fund income 1000 | 0
            fund expense 300 | 0
            fund closing 700 | 0
            """),
    ];
}
