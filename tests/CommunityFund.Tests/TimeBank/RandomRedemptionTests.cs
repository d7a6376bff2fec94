using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.Stock;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.TimeBank.Units;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.TimeBank.RedemptionNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Whatever is reserved, collected, given back, let lapse, rejected and reviewed: points are their lots, and money cost is what left.</summary>
public sealed class RandomRedemptionTests
{
    private static readonly string[] Expected =
    [
        Reserving.NoneLeft, Reserving.PointsShort, Redemption.OutOfTurn, HandOver.Lapsed, BookCostAgain.NotOpen, GoodsOnShelf.NotEnough,
    ];

    [Theory]
    [InlineData(11)]
    [InlineData(20260320)]
    public async Task Points_stay_their_lots_and_cost_stays_what_left_the_shelf(int seed)
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await body.Gift(TestBody.Community, 500, Restriction.Unrestricted);
        await bank.Rice(4, 33.35m);
        long[] items = [await bank.Offer(OfRice(), 7), await bank.Offer(OfMerchant(5.05m, 6), 5, name: "豆浆一杯"), await bank.Offer(OfSponsor(5), 3, name: "理发")];
        long[] holders = [await bank.Earner("甲", 40), await bank.Earner("乙", 25), await bank.Earner("丙", 0)];
        Random random = new(seed);
        List<long> reservations = [];
        int steps = 0;
        for (int step = 1; step <= 90; step++)
        {
            try
            {
                await Step(bank, random, items, holders, reservations);
                steps++;
            }
            catch (RefusedException refused)
            {
                refused.Refusal.Code.ShouldBeOneOf(Expected, $"seed {seed}, step {step}");
            }

            if (step % 15 == 0)
            {
                await IsTrue(bank, $"seed {seed}, step {step}");
            }
        }

        steps.ShouldBeGreaterThan(40, $"seed {seed} tried too little");
        await StockNotation.IsClean(body);
    }

    private static async Task Step(TimeBankBody bank, Random random, long[] items, long[] holders, List<long> reservations)
    {
        long one = reservations.Count == 0 ? 0 : reservations[random.Next(reservations.Count)];
        switch (random.Next(12))
        {
            case 0 or 1 or 2 or 3:
                reservations.Add(await bank.Reserved(holders[random.Next(holders.Length)], items[random.Next(items.Length)]));
                break;
            case 4 or 5 or 6 when one != 0:
                await bank.HandedOver(one);
                break;
            case 7 when one != 0:
                await bank.First.Run(new ReleaseReservationFor(TestBody.Key, one));
                break;
            case 8 or 9 when await Waiting(bank, random) is { } voucher:
                await (random.Next(3) == 0 ? bank.Body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "不对"))
                    : (Task)bank.Body.Review(voucher));
                break;
            case 10 when one != 0:
                await bank.Body.Accountant.Run(new BookCostAgain(TestBody.Key, one));
                break;
            case 11:
                bank.Body.Clock.Now += Duration.FromDays(random.Next(2) * 3);
                await bank.First.Run(new ReleaseLapsed(TestBody.Key, bank.Programme));
                if (random.Next(2) == 0)
                {
                    await bank.Post(UnitKind.PointsEarned, random.Next(1, 12), holders[random.Next(holders.Length)], null);
                }

                break;
            default:
                break;
        }
    }

    private static async Task<long?> Waiting(TimeBankBody bank, Random random)
    {
        await using FundDb db = bank.Body.Db();
        long[] waiting = await db.Vouchers.Where(row => row.State == VoucherState.Prepared).Select(row => row.VoucherId).ToArrayAsync();
        return waiting.Length == 0 ? null : waiting[random.Next(waiting.Length)];
    }

    private static async Task IsTrue(TimeBankBody bank, string when)
    {
        await using FundDb db = bank.Body.Db();
        List<PointLot> lots = await db.Set<PointLot>().AsNoTracking().ToListAsync();
        foreach (HolderBalance held in await db.Set<HolderBalance>().AsNoTracking().ToListAsync())
        {
            PointLot[] own = [.. lots.Where(lot => lot.PersonId == held.PersonId)];
            own.Sum(lot => lot.Free).ShouldBe(held.Points, when);
            own.Sum(lot => lot.Reserved).ShouldBe(held.InRedemption, when);
        }

        List<Redemption> rows = await db.Set<Redemption>().AsNoTracking().ToListAsync();
        rows.Where(row => row.State == RedemptionState.Reserved).Sum(row => (long)row.Points).ShouldBe(lots.Sum(lot => lot.Reserved), when);
        rows.Where(row => row.State == RedemptionState.HandedOver).Sum(row => (long)row.Points).ShouldBe(lots.Sum(lot => lot.Redeemed), when);
        Amount cost = Amount.Fen(rows.Where(row => row.Cost == RedemptionCost.Booked).Sum(row => row.Units));
        (await bank.Net("programme-cost")).ShouldBe(cost, when);
        List<StockLot> goods = await db.Set<StockLot>().AsNoTracking().ToListAsync();
        goods.ShouldAllBe(lot => lot.OnHand >= 0 && lot.Value >= 0);
        long left = goods.Sum(lot => lot.Units - lot.Value);
        (Amount.Fen(left) + -await bank.Net("accounts-payable")).ShouldBe(cost, when);
    }
}
