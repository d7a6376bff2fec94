using CommunityFund.Ledger;
using CommunityFund.Stock;
using static CommunityFund.Ledger.Restriction;
using static CommunityFund.Tests.Statements.Cases.CaseBook;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>What moves between or straight into net assets: regulation 3, cases 19 and 21; 1.4; rulings 13 and 16.</summary>
internal static class NetAssetCases
{
    public static RegulationCase[] All =>
    [
        new("19 其余解除", async book =>
            {
                int fund = await book.Fund();
                await book.Gift(fund, 1000, Restricted, month: 2);
                await book.Spend(fund, 400, Restricted, CashFlow.PurchasesPaid);
                await book.Write(fund, 3, 18, "最后一项限定解除", Released(600));
                return fund;
            },
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 业务活动成本 400；贷 银行存款—建行基本户 400；借 限定性净资产（限定、解除限定） 400；贷 非限定性净资产（非限定、解除限定） 400
            借 限定性净资产（限定、解除限定） 600；贷 非限定性净资产（非限定、解除限定） 600
            01 cash 0 | 600
            01 unrestricted 0 | 600
            02 donations 0 | 1000
            02 programmes 400 | 0
            02 released 1000 | -1000
            03 donations 1000
            03 purchases 400
            fund income 0 | 1000
            fund expense 400 | 0
            fund released 1000 | -1000
            fund closing 600 | 0
            """,
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（限定） 1000
            借 业务活动成本（限定） 400；贷 银行存款—建行基本户 400
            借 限定性净资产（限定、解除限定） 600；贷 非限定性净资产（非限定、解除限定） 600
            01 cash 0 | 600
            01 unrestricted 0 | 600
            02 donations 0 | 1000
            02 programmes 0 | 400
            02 released 600 | -600
            03 donations 1000
            03 purchases 400
            fund income 0 | 1000
            fund expense 0 | 400
            fund released 600 | -600
            fund closing 600 | 0
            """),
        new("19 固定资产按折旧解除", async book =>
            {
                int fund = await book.Fund(Clause);
                await book.InKind(fund, 2, 5, Restricted, "受赠儿童活动设备",
                    new InKindRow(InKindThing.FixedAsset, "投影设备", "套", 1, Amount.Yuan(1200)));
                await book.Write(fund, 3, 18, "计提折旧",
                [
                    book.Expense("programme-cost", 100, Restricted), Credit("accumulated-depreciation", 100), .. book.Freed(100),
                ]);
                return fund;
            },
            """
            借 固定资产 1200；贷 捐赠收入（限定） 1200
            借 业务活动成本 100；贷 累计折旧 100；借 限定性净资产（限定、解除限定） 100；贷 非限定性净资产（非限定、解除限定） 100
            01 fixed-cost 0 | 1200
            01 depreciation 0 | 100
            01 restricted 0 | 1100
            02 donations 0 | 1200
            02 programmes 100 | 0
            02 released 100 | -100
            fund income 0 | 1200
            fund expense 100 | 0
            fund released 100 | -100
            fund closing 0 | 1100
            """,
            """
            借 固定资产 1200；贷 捐赠收入（限定） 1200
            借 业务活动成本（限定） 100；贷 累计折旧 100
            01 fixed-cost 0 | 1200
            01 depreciation 0 | 100
            01 restricted 0 | 1100
            02 donations 0 | 1200
            02 programmes 0 | 100
            fund income 0 | 1200
            fund expense 0 | 100
            fund closing 0 | 1100
            """),
        new("19 物资发放时解除", async book =>
            {
                int fund = await book.Fund(Clause);
                await book.InKind(fund, 2, 5, Restricted, "受赠图书", new InKindRow(InKindThing.Goods, "图书", "册", 40, Amount.Yuan(800)));
                await book.HandOut(fund, 18, 15, "发放图书");
                return fund;
            },
            """
            借 存货 800；贷 捐赠收入（限定） 800
            借 业务活动成本 300；贷 存货 300；借 限定性净资产（限定、解除限定） 300；贷 非限定性净资产（非限定、解除限定） 300
            01 inventories 0 | 500
            01 restricted 0 | 500
            02 donations 0 | 800
            02 programmes 300 | 0
            02 released 300 | -300
            fund income 0 | 800
            fund expense 300 | 0
            fund released 300 | -300
            fund closing 0 | 500
            """,
            """
            借 存货 800；贷 捐赠收入（限定） 800
            借 业务活动成本（限定） 300；贷 存货 300
            01 inventories 0 | 500
            01 restricted 0 | 500
            02 donations 0 | 800
            02 programmes 0 | 300
            fund income 0 | 800
            fund expense 0 | 300
            fund closing 0 | 500
            """),
        new("21 外界对已有净资产新设限定", async book =>
            {
                int fund = await book.Fund(Clause);
                await book.Gift(fund, 1000, Unrestricted);
                await book.Write(fund, 3, 18, "捐赠人补充限定用途",
                    Debit(Account.Keys.UnrestrictedNetAssets, 300, moved: MovementKind.ReRestrict),
                    Credit(Account.Keys.RestrictedNetAssets, 300, moved: MovementKind.ReRestrict));
                return fund;
            },
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 非限定性净资产（非限定、转为限定） 300；贷 限定性净资产（限定、转为限定） 300
            01 cash 0 | 1000
            01 unrestricted 0 | 700
            01 restricted 0 | 300
            02 donations 1000 | 0
            02 released -300 | 300
            03 donations 1000
            fund income 1000 | 0
            fund released -300 | 300
            fund closing 700 | 300
            """,
            """
            借 银行存款—建行基本户 1000；贷 捐赠收入（非限定） 1000
            借 非限定性净资产（非限定、转为限定） 300；贷 限定性净资产（限定、转为限定） 300
            01 cash 0 | 1000
            01 unrestricted 0 | 700
            01 restricted 0 | 300
            02 donations 1000 | 0
            02 restricted -300 | 300
            03 donations 1000
            fund income 1000 | 0
            fund released -300 | 300
            fund closing 700 | 300
            """),
        new("注册资金", async book =>
            {
                int fund = await book.Fund();
                await book.Write(fund, 3, 4, "收到注册资金", Debit(TestBody.Bank, 10_000, flow: CashFlow.OtherReceived),
                    Credit(Account.Keys.UnrestrictedNetAssets, 10_000, moved: MovementKind.RegisteredCapital));
                return fund;
            },
            """
            借 银行存款—建行基本户 10000；贷 非限定性净资产（非限定、注册资金） 10000
            01 cash 0 | 10000
            01 unrestricted 0 | 10000
            03 other-received 10000
            fund other 10000 | 0
            fund closing 10000 | 0
            """),
        new("基金调拨：转出", async book => (await HandedOn(book)).From,
            """
            借 银行存款—建行基本户 900；贷 捐赠收入（非限定） 900
            甲基金 借 非限定性净资产（非限定、基金间调拨） 250；甲基金 贷 银行存款—建行基本户 250；乙基金 借 银行存款—建行基本户 250；乙基金 贷 非限定性净资产（非限定、基金间调拨） 250
            01 cash 0 | 650
            01 unrestricted 0 | 650
            02 donations 900 | 0
            03 donations 900
            fund income 900 | 0
            fund out 250 | 0
            fund closing 650 | 0
            """),
        new("基金调拨：转入", async book => (await HandedOn(book)).To,
            """
            借 银行存款—建行基本户 900；贷 捐赠收入（非限定） 900
            甲基金 借 非限定性净资产（非限定、基金间调拨） 250；甲基金 贷 银行存款—建行基本户 250；乙基金 借 银行存款—建行基本户 250；乙基金 贷 非限定性净资产（非限定、基金间调拨） 250
            01 cash 0 | 250
            01 unrestricted 0 | 250
            fund in 250 | 0
            fund closing 250 | 0
            """),
    ];

    private static async Task<(int From, int To)> HandedOn(CaseBook book)
    {
        (int from, int to) = (await book.Fund(), await book.Fund());
        await book.Gift(from, 900, Unrestricted);
        await book.Transfer(from, to, 250);
        return (from, to);
    }
}
