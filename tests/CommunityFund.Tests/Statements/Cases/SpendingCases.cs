using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.TimeBank;
using CommunityFund.TimeBank.Units;
using static CommunityFund.Ledger.Restriction;
using static CommunityFund.Tests.Statements.Cases.CaseBook;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>What goes out and comes back: regulation 3, cases 15, 17, 18, 20, 22 and 26.</summary>
internal static class SpendingCases
{
    public static RegulationCase[] All =>
    [
        new("15 拨付资助，不附返还条件", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Unrestricted);
                await book.Spend(fund, 600, Unrestricted, CashFlow.GrantsPaid);
                return fund;
            },
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 业务活动成本 600；贷 银行存款—建行基本户 600
            01 cash 0 | 400
            01 unrestricted 0 | 400
            02 donations 1000 | 0
            02 programmes 600 | 0
            03 donations 1000
            03 grants 600
            fund income 1000 | 0
            fund expense 600 | 0
            fund closing 400 | 0
            """,
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 业务活动成本（非限定） 600；贷 银行存款—建行基本户 600
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
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 业务活动成本 600；贷 银行存款—建行基本户 600；借 限定性净资产（限定、解除限定） 600；贷 非限定性净资产（非限定、解除限定） 600
            借 银行存款—建行基本户 150；借 业务活动成本 -150；借 限定性净资产（限定、解除限定） -150；贷 非限定性净资产（非限定、解除限定） -150
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
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 业务活动成本（限定） 600；贷 银行存款—建行基本户 600
            借 银行存款—建行基本户 150；借 业务活动成本（限定） -150
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
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 业务活动成本 600；贷 银行存款—建行基本户 600；借 限定性净资产（限定、解除限定） 600；贷 非限定性净资产（非限定、解除限定） 600
            借 银行存款—建行基本户 150；借 业务活动成本 -150；借 限定性净资产（限定、解除限定） -150；贷 非限定性净资产（非限定、解除限定） -150
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
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 业务活动成本（限定） 600；贷 银行存款—建行基本户 600
            借 银行存款—建行基本户 150；借 业务活动成本（限定） -150
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
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 业务活动成本 300；贷 银行存款—建行基本户 300
            借 银行存款—建行基本户 100；贷 非限定性净资产（非限定、以前年度调整） 100
            01 cash 700 | 800
            01 unrestricted 700 | 800
            03 other-received 100
            fund opening 700 | 0
            fund other 100 | 0
            fund closing 800 | 0
            """,
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 业务活动成本（非限定） 300；贷 银行存款—建行基本户 300
            借 银行存款—建行基本户 100；贷 以前年度净资产调整（非限定、以前年度调整） 100
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
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 业务活动成本 250；贷 银行存款—建行基本户 250；借 捐赠收入（限定） 250；贷 捐赠收入（非限定） 250
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
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 业务活动成本（限定） 250；贷 银行存款—建行基本户 250
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
            借 业务活动成本（非限定） 500；贷 捐赠收入（非限定） 500
            02 donations 500 | 0
            02 programmes 500 | 0
            fund income 500 | 0
            fund expense 500 | 0
            """),
        new("26 志愿时间和积分不入账", async book =>
            {
                int fund = await book.Fund();
                TimeBankBody bank = await book.Body.OpenTimeBank();
                long volunteer = await bank.Volunteer("王小妹");
                await bank.Post(UnitKind.HoursEarned, 150, volunteer, null, book.On(3, 8));
                await bank.Post(UnitKind.PointsEarned, 20, volunteer, null, book.On(3, 8));
                return fund;
            },
            """
            借 个人时间 2:30 小时；贷 时间发放 2:30 小时
            借 个人积分 20 积分；贷 积分发行 20 积分
            """),
        new("26 积分形成现时义务", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 500, Unrestricted);
                await book.Write(fund, 3, 18, "已公告兑付的积分",
                    book.Expense("programme-cost", 60, Unrestricted), Credit("provisions", 60));
                return fund;
            },
            """
            借 银行存款—建行基本户 500；贷 捐赠收入（非限定） 500
            借 业务活动成本 60；贷 预计负债 60
            01 cash 0 | 500
            01 provisions 0 | 60
            01 unrestricted 0 | 440
            02 donations 500 | 0
            02 programmes 60 | 0
            03 donations 500
            fund income 500 | 0
            fund expense 60 | 0
            fund closing 440 | 0
            """,
            """
            借 银行存款—建行基本户 500；贷 捐赠收入（非限定） 500
            借 业务活动成本（非限定） 60；贷 预计负债 60
            01 cash 0 | 500
            01 provisions 0 | 60
            01 unrestricted 0 | 440
            02 donations 500 | 0
            02 programmes 60 | 0
            03 donations 500
            fund income 500 | 0
            fund expense 60 | 0
            fund closing 440 | 0
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
