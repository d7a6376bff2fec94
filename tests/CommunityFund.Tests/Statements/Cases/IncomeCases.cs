using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using static CommunityFund.Ledger.Restriction;
using static CommunityFund.Tests.Statements.Cases.CaseBook;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>What comes in: regulation 3, cases 1 to 12.</summary>
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
                await book.Write(fund, 3, 4, "受赠米面和打印机，按发票入账",
                    Debit("inventory", 3000), Debit("fixed-assets", 2000), Credit(Donations, 5000, Unrestricted));
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
                await book.Write(fund, 3, 4, "受赠图书，按电商平台售价入账", Debit("inventory", 800), Credit(Donations, 800, Restricted));
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
                if (!book.Is2004) // under the standard of 2004 it stands in no account, only in a register and the notes
                {
                    await book.Write(fund, 3, 4, "受赠旧音响，名义金额", Debit("fixed-assets", 1), Credit(Donations, 1, Unrestricted));
                }

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
                await book.Write(fund, 3, 4, "受赠米面，按发票入账", Debit("inventory", 200), Credit(Donations, 200, Unrestricted));
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
                await book.Write(fund, 3, 10, "活动取消，捐赠人要求退回",
                    [book.GivenBack(Donations, 200), Credit("other-payables", 200), .. book.Freed(200, Donations)]);
                await book.Write(fund, 3, 11, "本会延误，协议约定退回",
                [
                    book.Expense("management-expense", 100, Restricted), Credit("other-payables", 100), .. book.Freed(100, Donations),
                ]);
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
                const string grants = "government-grant-income";
                int fund = await book.Fund(Clause);
                await book.Write(fund, 3, 4, "收到街道补助",
                    Debit(TestBody.Bank, 6000), Credit(grants, 5000, Restricted), Credit(grants, 1000, Unrestricted));
                await book.Write(fund, 3, 11, "未完成部分应退回街道",
                    [book.GivenBack(grants, 500), Credit("other-payables", 500), .. book.Freed(500, grants)]);
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
                await book.Write(fund, 3, 4, "预收街道购买服务款",
                    Debit(TestBody.Bank, 3000, flow: CashFlow.ServicesReceived), Credit("advances-received", 3000));
                await book.Write(fund, 3, 15, "完成三分之二",
                    Debit("advances-received", 2000), Credit("service-income", 2000, Unrestricted));
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
    ];
}
