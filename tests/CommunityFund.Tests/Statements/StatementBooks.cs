using CommunityFund.Accounts;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Statements;

/// <summary>Small ledgers that the tests of statements share.</summary>
internal static class StatementBooks
{
    public static Words Words { get; } = Words.From([typeof(Words).Assembly]);

    /// <summary>Opening, gifts of both kinds, expenses, one of them corrected in red, over three funds and three months.</summary>
    public static async Task Small(TestBody body)
    {
        await body.Review(await body.Accountant.Run(new EnterOpening(TestBody.Key,
        [
            new OpeningRow(TestBody.Bank, TestBody.General, Side.Debit, Amount.Yuan(2000)),
            new OpeningRow("fixed-assets", TestBody.General, Side.Debit, Amount.Yuan(1200)),
            new OpeningRow("accumulated-depreciation", TestBody.General, Side.Credit, Amount.Yuan(300)),
            new OpeningRow("net-assets-unrestricted", TestBody.General, Side.Credit, Amount.Yuan(2900)),
            new OpeningRow(TestBody.Bank, TestBody.Children, Side.Debit, Amount.Yuan(8000)),
            new OpeningRow("net-assets-restricted", TestBody.Children, Side.Credit, Amount.Yuan(8000)),
        ])));
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, new LocalDate(2026, 1, 10));
        await body.Review(await body.PrepareExpense(TestBody.Children, 650.50m, on: new LocalDate(2026, 2, 3)));
        await body.Gift(TestBody.Children, 500, Restriction.Restricted, new LocalDate(2026, 2, 20));
        await body.Review(await body.PrepareExpense(TestBody.Community, 199.99m, on: new LocalDate(2026, 3, 1)));
        await Red(body, TestBody.Community, 49.99m, new LocalDate(2026, 3, 2));
    }

    /// <summary>Takes back a part of an expense in red ink on both sides.</summary>
    public static async Task Red(TestBody body, int fund, decimal yuan, LocalDate day) =>
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, day, "冲销多记的活动物资",
        [
            new VoucherRow("programme-cost", fund, Side.Debit, -Amount.Yuan(yuan)),
            new VoucherRow(TestBody.Bank, fund, Side.Credit, -Amount.Yuan(yuan), CashFlow: CashFlow.PurchasesPaid.Key),
        ])));

    /// <summary>About sixty vouchers over gifts, expenses, red ink and debts, always the same for one seed.</summary>
    public static async Task Random(TestBody body, int seed, int vouchers = 60)
    {
        body.Clock.Now = NodaTime.Instant.FromUtc(2026, 4, 1, 0, 0); // the quarter is over
        Random chance = new(seed);
        int[] funds = [TestBody.General, TestBody.Community, TestBody.Children];
        foreach (int fund in funds)
        {
            await body.Gift(fund, 100_000, fund == TestBody.Children ? Restriction.Restricted : Restriction.Unrestricted, new LocalDate(2026, 1, 1));
        }

        for (int i = funds.Length; i < vouchers; i++)
        {
            int fund = funds[chance.Next(funds.Length)];
            decimal yuan = chance.Next(1, 100_000) / 100m;
            LocalDate day = new LocalDate(2026, 1, 1).PlusDays(chance.Next(90));
            switch (chance.Next(4))
            {
                case 0:
                    await body.Gift(fund, yuan, fund == TestBody.Children ? Restriction.Restricted : Restriction.Unrestricted, day);
                    break;
                case 1:
                    await Owe(body, fund, yuan, day);
                    break;
                case 2:
                    await body.Review(await body.PrepareExpense(fund, yuan + 1000, on: day));
                    await Red(body, fund, yuan, day);
                    i++;
                    break;
                default:
                    await body.Review(await body.PrepareExpense(fund, yuan, on: day));
                    break;
            }
        }
    }

    /// <summary>A sub-account, with a line on it, under names as nobody should choose them.</summary>
    public static async Task Hostile(TestBody body, string name, string suffix)
    {
        string account = await body.Accountant.Run(new AddSubAccount(TestBody.Key, "intangible-assets", suffix, name, name, "x"));
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 3), "购置",
        [
            new VoucherRow(account, TestBody.General, Side.Debit, Amount.Yuan(10)),
            new VoucherRow(TestBody.Bank, TestBody.General, Side.Credit, Amount.Yuan(10), CashFlow: CashFlow.AssetsPaid.Key),
        ])));
    }

    private static async Task Owe(TestBody body, int fund, decimal yuan, LocalDate day) =>
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, day, "应付物资款",
        [
            new VoucherRow("programme-cost", fund, Side.Debit, Amount.Yuan(yuan)),
            new VoucherRow("other-payables", fund, Side.Credit, Amount.Yuan(yuan)),
        ])));
}
