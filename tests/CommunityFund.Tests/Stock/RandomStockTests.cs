using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Stock.StockNotation;

namespace CommunityFund.Tests.Stock;

/// <summary>Whatever comes, goes, is counted, rejected and reversed: the shelf is what the books say, and nothing is left over.</summary>
public sealed class RandomStockTests
{
    private static readonly string[] Expected =
    [
        GoodsOnShelf.NotEnough, SettleStockCount.NothingToSettle, SettleStockCount.NotLatest, CountStock.PapersWait, "database.stock-not-enough",
        "database.stock-not-enough-then", ConstraintRefusal.LotAlreadyUsed, ConstraintRefusal.LotWaitedFor, ConstraintRefusal.OneReversal,
        ConstraintRefusal.LotNamedBeyondLeft, ConstraintRefusal.LotsNotEnough, PostedVoucher.AlreadyReversed, PostedVoucher.AlreadyWaiting,
    ];

    [Theory]
    [InlineData(7)]
    [InlineData(20260305)]
    public async Task The_shelf_is_what_the_books_say_over_a_random_history(int seed)
    {
        await using TestBody body = await TestBody.New();
        Random random = new(seed);
        List<long> waiting = [], posted = [];
        await body.Given(TestBody.Children, 7, 100);
        for (int step = 1; step <= 60; step++)
        {
            try
            {
                await Step(body, random, waiting, posted);
            }
            catch (RefusedException refused)
            {
                refused.Refusal.Code.ShouldBeOneOf(Expected, $"seed {seed}, step {step}");
            }

            if (step % 20 == 0)
            {
                await IsClean(body);
                (await body.Accountant.Ask(new StockBoard())).Control.ShouldAllBe(row => row.Agrees);
            }
        }

        posted.Count.ShouldBeGreaterThan(15, $"seed {seed} tried too little");
        await Empty(body, waiting);
        (await body.Standing(TestBody.Children)).ShouldBe((0, Amount.Fen(0)), $"seed {seed}");
        (await body.Accountant.Net(body, "inventory", TestBody.Children)).ShouldBe(Amount.Fen(0), $"seed {seed}");
        await IsClean(body);
    }

    private static async Task Step(TestBody body, Random random, List<long> waiting, List<long> posted)
    {
        LocalDate day = Day.PlusDays(random.Next(10));
        switch (random.Next(10))
        {
            case 0 or 1:
                GoodsAnswer given = await body.Given(TestBody.Children, random.Next(1, 9), random.Next(1, 9999) / 100m, on: day);
                posted.Add(given.Voucher!.Value);
                break;
            case 2 or 3 or 4:
                waiting.Add((await body.Accountant.Run(Issue(TestBody.Children, 1, random.Next(1, 6), on: day))).Voucher!.Value);
                break;
            case 5 or 6 when waiting.Count > 0:
                long next = waiting[random.Next(waiting.Count)];
                if (random.Next(4) == 0)
                {
                    await body.Reviewer.Run(new RejectVoucher(TestBody.Key, next, "不发"));
                }
                else
                {
                    await body.Review(next);
                    posted.Add(next);
                }

                waiting.Remove(next);
                break;
            case 7 when posted.Count > 0:
                await body.Review(await body.Reverse(posted[random.Next(posted.Count)], reason: "重做"));
                break;
            case 8:
                LotChoice[] there = [.. (await body.Accountant.Ask(new StockChoices())).Lots.Where(row => row.Place == 1)];
                long count = await body.Accountant.Run(new CountStock(TestBody.Key, TestBody.Children, 1,
                    [.. there.Select(row => new CountedLot(row.Lot, Math.Max(0, row.OnHand + random.Next(-1, 2))))]));
                if ((await body.Accountant.Run(new SettleStockCount(TestBody.Key, count))).Voucher is { } difference)
                {
                    waiting.Add(difference);
                }

                break;
            case 9:
                await body.Accountant.Run(new MoveGoods(TestBody.Key, TestBody.Children, 1, "爱心超市", [new GoodsOut(1, 1)], day, "上架"));
                break;
            default:
                break;
        }
    }

    private static async Task Empty(TestBody body, List<long> waiting)
    {
        await using FundDb db = body.Db();
        long[] left = await db.Vouchers.Where(row => row.State == VoucherState.Prepared && row.Kind != VoucherKind.Reversal)
            .Select(row => row.VoucherId).ToArrayAsync();
        foreach (long voucher in left)
        {
            await body.Review(voucher);
        }

        waiting.Clear();
        foreach (IGrouping<long, LotChoice> place in (await body.Accountant.Ask(new StockChoices())).Lots.GroupBy(row => row.Place))
        {
            await body.Issued(new IssueGoods(TestBody.Key, TestBody.Children, place.Key,
                [.. place.Select(row => new GoodsOut(row.Item, row.Free, row.Lot))], new LocalDate(2026, 3, 20), "全部发放", "", PersonKind.Person));
        }
    }
}
