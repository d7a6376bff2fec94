using CommunityFund.Agency;
using CommunityFund.Ledger;
using static CommunityFund.Ledger.Restriction;
using static CommunityFund.Tests.Statements.Cases.CaseBook;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>What is held for others: regulation 3, cases 23 to 25. They share one fund, so each is looked at on its own day.</summary>
internal static class AgencyCases
{
    public static RegulationCase[] All =>
    [
        new("23 受托代理收到款和物", async book =>
            {
                await book.Agency(AgencyWay.MoneyIn, 700, day: 5);
                await book.Agency(AgencyWay.GoodsIn, 200, day: 6);
                return TestBody.Agency;
            },
            """
            借 银行存款（受托代理资产）—建行基本户 700；贷 受托代理负债 700
            借 受托代理资产 200；贷 受托代理负债 200
            01 agency-assets 0 | 900
            01 agency-liabilities 0 | 900
            """)
        {
            Day = 10,
        },
        new("24 受托代理转付款和物", async book =>
            {
                await book.Agency(AgencyWay.MoneyOut, 300, day: 12);
                await book.Agency(AgencyWay.GoodsOut, 50, day: 13);
                return TestBody.Agency;
            },
            """
            借 受托代理负债 300；贷 银行存款（受托代理资产）—建行基本户 300
            借 受托代理负债 50；贷 受托代理资产 50
            01 agency-assets 0 | 550
            01 agency-liabilities 0 | 550
            """)
        {
            Day = 13,
        },
        new("24 受托代理的自付费用", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 100, Unrestricted);
                await book.Post(fund, new PayAgencyCost(
                    TestBody.Key, (await book.Matter()).Matter, fund, Amount.Yuan(20), book.On(3, 12), TestBody.Bank, "转付手续费"));
                return fund;
            },
            """
            借 银行存款—建行基本户 100；贷 捐赠收入（非限定） 100
            借 其他费用 20；贷 银行存款—建行基本户 20
            01 cash 0 | 80
            01 unrestricted 0 | 80
            02 donations 100 | 0
            02 other-expense 20 | 0
            03 donations 100
            03 other-paid 20
            fund income 100 | 0
            fund expense 20 | 0
            fund closing 80 | 0
            """,
            """
            借 银行存款—建行基本户 100；贷 捐赠收入（非限定） 100
            借 其他费用（非限定） 20；贷 银行存款—建行基本户 20
            01 cash 0 | 80
            01 unrestricted 0 | 80
            02 donations 100 | 0
            02 other-expense 20 | 0
            03 donations 100
            03 other-paid 20
            fund income 100 | 0
            fund expense 20 | 0
            fund closing 80 | 0
            """),
        new("25 有转赠协议，是受托代理", async book =>
            {
                await book.Transferred(80, day: 16);
                return TestBody.Agency;
            },
            """
            借 银行存款（受托代理资产）—建行基本户 80；贷 受托代理负债 80
            01 agency-assets 0 | 630
            01 agency-liabilities 0 | 630
            """),
        new("25 三条缺一条，是自己的收入", async book =>
            {
                int fund = await book.Fund(Clause);
                await book.NoAgency();
                await book.Gift(fund, 600, Restricted);
                return fund;
            },
            """
            借 银行存款—建行基本户 600；贷 捐赠收入（限定） 600
            01 cash 0 | 600
            01 restricted 0 | 600
            02 donations 0 | 600
            03 donations 600
            fund income 0 | 600
            fund closing 0 | 600
            """),
    ];
}
