using CommunityFund.Agency;
using CommunityFund.Books;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using static CommunityFund.Ledger.Restriction;
using static CommunityFund.Tests.Statements.Cases.CaseBook;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>What goes out and comes back: regulation 3, cases 14, 15, 17, 18, 20 and 22 to 24.</summary>
internal static class SpendingCases
{
    public static RegulationCase[] All =>
    [
        new("14 出资开办社会组织", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Unrestricted);
                await book.Post(fund, new GiveStartUpMoney(TestBody.Key, await book.Enterprise(fund), FundingKind.Grant, Amount.Yuan(300), fund,
                    book.On(3, 6), TestBody.Bank, Unrestricted, "理事会决议一", []));
                return fund;
            },
            """
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
        new("15 拨付资助，不附返还条件", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Unrestricted);
                await book.Spend(fund, 600, Unrestricted, CashFlow.GrantsPaid);
                return fund;
            },
            """
            01 cash 0 | 400
            01 unrestricted 0 | 400
            02 donations 1000 | 0
            02 programmes 600 | 0
            03 donations 1000
            03 grants 600
            fund income 1000 | 0
            fund expense 600 | 0
            fund closing 400 | 0
            """),
        new("17 结余当年退回", async book =>
            {
                int fund = await Granted(book);
                await book.Returned(fund, book.On(3, 12), 150);
                return fund;
            },
            """
            01 cash 0 | 550
            01 restricted 0 | 550
            02 donations 0 | 1000
            02 programmes 450 | 0
            02 released 450 | -450
            03 donations 1000
            03 grants 450
            fund income 0 | 1000
            fund expense 450 | 0
            fund released 450 | -450
            fund closing 0 | 550
            """,
            """
            01 cash 0 | 550
            01 restricted 0 | 550
            02 donations 0 | 1000
            02 programmes 0 | 450
            03 donations 1000
            03 grants 450
            fund income 0 | 1000
            fund expense 0 | 450
            fund closing 0 | 550
            """),
        new("18 结余以后年度退回", Granted,
            """
            01 cash 400 | 550
            01 restricted 400 | 550
            02 programmes -150 | 0
            02 released -150 | 150
            03 grants -150
            fund opening 0 | 400
            fund expense -150 | 0
            fund released -150 | 150
            fund closing 0 | 550
            """,
            """
            01 cash 400 | 550
            01 restricted 400 | 550
            02 programmes 0 | -150
            03 grants -150
            fund opening 0 | 400
            fund expense 0 | -150
            fund closing 0 | 550
            """)
        {
            Later = (book, fund) => book.Returned(fund, book.NextYear, 150),
        },
        new("18 以前年度重大差错", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Unrestricted);
                await book.Spend(fund, 300, Unrestricted, CashFlow.PurchasesPaid);
                return fund;
            },
            """
            01 cash 700 | 800
            01 unrestricted 700 | 800
            03 other-received 100
            fund opening 700 | 0
            fund other 100 | 0
            fund closing 800 | 0
            """,
            """
            01 cash 700 | 800
            01 unrestricted 700 | 800
            02 prior-year 100 | 0
            03 other-received 100
            fund opening 700 | 0
            fund other 100 | 0
            fund closing 800 | 0
            """)
        {
            Later = (book, fund) => book.PutRight(fund, "多付一百元，供应商退回", Debit(TestBody.Bank, 100, flow: CashFlow.OtherReceived),
                Credit(book.Is2004 ? Account.Keys.UnrestrictedNetAssets : Account.Keys.PriorYearAdjustment, 100, Unrestricted)),
        },
        new("20 使用限定性资金", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Restricted);
                await book.Spend(fund, 250, Restricted, CashFlow.GrantsPaid);
                return fund;
            },
            """
            01 cash 0 | 750
            01 restricted 0 | 750
            02 donations 250 | 750
            02 programmes 250 | 0
            03 donations 1000
            03 grants 250
            fund income 250 | 750
            fund expense 250 | 0
            fund closing 0 | 750
            """,
            """
            01 cash 0 | 750
            01 restricted 0 | 750
            02 donations 0 | 1000
            02 programmes 0 | 250
            03 donations 1000
            03 grants 250
            fund income 0 | 1000
            fund expense 0 | 250
            fund closing 0 | 750
            """),
        new("22 志愿服务时间不入账", book => book.Fund(), ""),
        new("22 有凭据的服务捐赠", async book =>
            {
                int fund = await book.Fund();
                if (!book.Is2004) // 劳务捐赠 is never recognised under the standard of 2004, whatever its evidence
                {
                    await book.InKind(fund, 3, 8, Unrestricted, "律师事务所捐赠服务，按发票",
                        new InKindRow(InKindThing.Service, "法律咨询", "次", 1, Amount.Yuan(500)));
                }

                return fund;
            },
            "",
            """
            02 donations 500 | 0
            02 programmes 500 | 0
            fund income 500 | 0
            fund expense 500 | 0
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
        new("23 受托代理收到款和物", async book =>
            {
                await book.Agency(AgencyWay.MoneyIn, 700, day: 5);
                await book.Agency(AgencyWay.GoodsIn, 200, day: 6);
                return TestBody.Agency;
            },
            """
            01 agency-assets 0 | 900
            01 agency-liabilities 0 | 900
            """)
        {
            Day = 10,
        },
        new("24 受托代理转付", async book =>
            {
                await book.Agency(AgencyWay.MoneyOut, 300, day: 12);
                return TestBody.Agency;
            },
            """
            01 agency-assets 0 | 600
            01 agency-liabilities 0 | 600
            """),
        new("24 受托代理的自付费用", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 100, Unrestricted);
                await book.Post(fund, new PayAgencyCost(
                    TestBody.Key, (await book.Matter()).Matter, fund, Amount.Yuan(20), book.On(3, 12), TestBody.Bank, "转付手续费"));
                return fund;
            },
            """
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
    ];

    /// <summary>A gift of February, restricted, of which six hundred are paid out as a grant in March.</summary>
    private static async Task<int> Granted(CaseBook book)
    {
        int fund = await book.Fund();
        await book.Gift(fund, 1000, Restricted, month: 2);
        await book.Spend(fund, 600, Restricted, CashFlow.GrantsPaid);
        return fund;
    }
}
