using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Words in which tests speak of redemptions.</summary>
internal static class RedemptionNotation
{
    public const string Merchant = "幸福里粮油店";

    /// <summary>So many bags of rice of the community fund lie in the storehouse.</summary>
    public static async Task<GoodsAnswer> Rice(this TimeBankBody bank, long quantity, decimal yuan, Restriction restriction = Restriction.Unrestricted,
        int fund = TestBody.Community, LocalDate? on = null)
    {
        GoodsAnswer given = await bank.Body.Accountant.Run(new ReceiveInKind(TestBody.Key, fund, "", PersonKind.Person, on ?? new LocalDate(2026, 3, 5),
            restriction, "", "受赠物资", "社区仓库", [new InKindRow(InKindThing.Goods, "大米", "袋", quantity, Amount.Yuan(yuan))], [await bank.Body.Paper()]));
        await bank.Body.Review(given.Voucher!.Value);
        return given;
    }

    public static CatalogueSupply OfRice(int fund = TestBody.Community) => new(CatalogueSource.Goods, fund, Item: 1, Place: 1);

    public static CatalogueSupply OfMerchant(decimal yuan, int quota, int fund = TestBody.Community) =>
        new(CatalogueSource.Merchant, fund, Merchant: Merchant, Cost: Amount.Yuan(yuan), Quota: quota);

    public static CatalogueSupply OfSponsor(int quota) => new(CatalogueSource.Sponsor, Merchant: "爱心理发店", Quota: quota);

    /// <summary>An item that the first coordinator proposed and the accountant agreed to.</summary>
    public static async Task<long> Offer(this TimeBankBody bank, CatalogueSupply supply, int points = 10, int? limit = null, string name = "大米一袋")
    {
        long item = await bank.First.Run(bank.Proposal(supply, points, limit, name));
        await bank.Body.Accountant.Run(new DecideItem(TestBody.Key, item, Agrees: true));
        return item;
    }

    public static ProposeItem Proposal(this TimeBankBody bank, CatalogueSupply supply, int points = 10, int? limit = null, string name = "大米一袋") =>
        new(TestBody.Key, bank.Programme, name, points, supply, limit, new LocalDate(2026, 1, 1));

    /// <summary>A volunteer who has points.</summary>
    public static async Task<long> Earner(this TimeBankBody bank, string name, long points, string household = "")
    {
        long person = await bank.Volunteer(name, household);
        if (points > 0)
        {
            await bank.Post(UnitKind.PointsEarned, points, person, null);
        }

        return person;
    }

    public static async Task<long> Reserved(this TimeBankBody bank, long person, long item) =>
        await bank.Body.Foundation.Visitor().Run(new Reserve(TestBody.Key, await bank.Card(person), item));

    public static async Task<string> CodeOf(this TimeBankBody bank, long reservation)
    {
        await using FundDb db = bank.Body.Db();
        return (await db.Set<Redemption>().AsNoTracking().SingleAsync(row => row.RedemptionId == reservation)).PickupCode(bank.Body.Foundation);
    }

    public static async Task HandedOver(this TimeBankBody bank, long reservation) =>
        await bank.Second.Run(new HandOver(TestBody.Key, reservation, await bank.CodeOf(reservation)));

    public static async Task<Redemption> Row(this TimeBankBody bank, long reservation)
    {
        await using FundDb db = bank.Body.Db();
        return await db.Set<Redemption>().AsNoTracking().SingleAsync(row => row.RedemptionId == reservation);
    }

    /// <summary>What the books say of an account: debits less credits.</summary>
    public static async Task<Amount> Net(this TimeBankBody bank, string key)
    {
        await using FundDb db = bank.Body.Db();
        return Amount.Fen(await db.Database.SqlQuery<long>(
            $"""
            select coalesce(sum(signed(l.side, l.units)), 0)::bigint as "Value" from posting l join account a using (book_id, account_id)
             where l.book_id = 1 and a.key = {key}
            """).SingleAsync());
    }
}
