using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.Checks;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Stock;

/// <summary>Words in which tests speak of goods.</summary>
internal static class StockNotation
{
    public static readonly LocalDate Day = new(2026, 3, 5);

    /// <summary>Goods given and reviewed.</summary>
    public static async Task<GoodsAnswer> Given(this TestBody body, int fund, long quantity, decimal yuan, string item = "大米",
        Restriction restriction = Restriction.Restricted, LocalDate? on = null, LocalDate? until = null)
    {
        GoodsAnswer given = await body.Accountant.Run(new ReceiveInKind(TestBody.Key, fund, "", PersonKind.Person, on ?? Day, restriction, "",
            "受赠物资", "社区仓库",
            [new InKindRow(InKindThing.Goods, item, "袋", quantity, yuan == 0 ? null : Amount.Yuan(yuan), ExpiresOn: until)],
            yuan == 0 ? [] : [await body.Paper()]));
        if (given.Voucher is { } voucher)
        {
            await body.Review(voucher);
        }

        return given;
    }

    public static IssueGoods Issue(int fund, long item, long quantity, long? lot = null, LocalDate? on = null, string projectClass = "") => new(
        TestBody.Key, fund, 1, [new GoodsOut(item, quantity, lot)], on ?? Day, "发给困难家庭", "", PersonKind.Person, projectClass);

    public static async Task<GoodsAnswer> Issued(this TestBody body, IssueGoods issue)
    {
        GoodsAnswer issued = await body.Accountant.Run(issue);
        if (issued.Voucher is { } voucher)
        {
            await body.Review(voucher);
        }

        return issued;
    }

    public static async Task<(long OnHand, Amount Value)> Standing(this TestBody body, int fund)
    {
        StockRow[] rows = [.. (await body.Accountant.Ask(new StockBoard())).Rows.Where(row => row.Fund.StartsWith(fund == TestBody.Children ? "C02" : "C01", StringComparison.Ordinal))];
        return (rows.Sum(row => row.Quantity), rows.Aggregate(Amount.Fen(0), (sum, row) => sum + row.Value));
    }

    public static async Task<(long Used, long Reserved)> LotOf(this TestBody body, GoodsAnswer given)
    {
        await using FundDb db = body.Db();
        GiftLot lot = await (from voucher in db.Vouchers
                             join row in db.Set<GiftLot>() on voucher.EntryNo equals (long?)row.EntryNo
                             where voucher.VoucherId == given.Voucher
                             select row).SingleAsync();
        return (lot.Used, lot.Reserved);
    }

    public static async Task IsClean(TestBody body)
    {
        CheckReport report = await body.FinanceOfficer.Ask(new CheckBooks());
        report.IsClean.ShouldBeTrue(string.Join("; ", CheckedBody.Said(report)));
    }
}
