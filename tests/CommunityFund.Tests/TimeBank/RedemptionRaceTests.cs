using System.Collections.Concurrent;
using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Tests.Stock;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Redemptions;
using static CommunityFund.Tests.TimeBank.RedemptionNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Two hundred at once for the last ten.</summary>
public sealed class RedemptionRaceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Two_hundred_at_once_for_the_last_ten_reserve_and_collect_exactly_ten()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.Rice(10, 123.45m);
        long item = await bank.Offer(OfRice());
        List<MemberPass> holders = [];
        for (int i = 0; i < 200; i++)
        {
            holders.Add(await bank.Card(await bank.Earner($"志愿者{i}", 10)));
        }

        ConcurrentBag<long> reserved = [];
        Stopwatch watch = Stopwatch.StartNew();
        List<string> refused = await AtOnce(holders.Select(pass => (Func<Task>)(async () =>
            reserved.Add(await body.Foundation.Visitor().Run(new Reserve(TestBody.Key, pass, item))))));
        output.WriteLine($"200 reservations at once: {watch.ElapsedMilliseconds} ms");
        reserved.Count.ShouldBe(10);
        refused.Count.ShouldBe(190);
        refused.ShouldAllBe(code => code == Reserving.NoneLeft);

        List<(long Reservation, string Code)> shown = [];
        foreach (long reservation in reserved)
        {
            shown.Add((reservation, await bank.CodeOf(reservation)));
        }

        int handed = 0;
        watch.Restart();
        refused = await AtOnce(Enumerable.Range(0, 200).Select(i => (Func<Task>)(async () =>
        {
            await (i % 2 == 0 ? bank.First : bank.Second).Run(new HandOver(TestBody.Key, shown[i % 10].Reservation, shown[i % 10].Code));
            Interlocked.Increment(ref handed);
        })));
        output.WriteLine($"200 hand-overs at once: {watch.ElapsedMilliseconds} ms");
        handed.ShouldBe(10);
        refused.ShouldAllBe(code => code == Redemption.OutOfTurn);
        foreach ((long reservation, _) in shown)
        {
            await body.Review((await bank.Row(reservation)).VoucherId!.Value);
        }

        (await body.Standing(TestBody.Community)).ShouldBe((0, Amount.Fen(0)));
        (await bank.Net("programme-cost")).ShouldBe(Amount.Yuan(123.45m));
        (await bank.Net("points-in-redemption")).ShouldBe(Amount.Fen(0));
        await StockNotation.IsClean(body);
    }

    [Fact]
    public async Task A_merchants_last_pieces_go_to_as_many_as_there_are()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long item = await bank.Offer(OfSponsor(3));
        List<MemberPass> holders = [];
        for (int i = 0; i < 20; i++)
        {
            holders.Add(await bank.Card(await bank.Earner($"志愿者{i}", 10)));
        }

        List<string> refused = await AtOnce(holders.Select(pass =>
            (Func<Task>)(() => body.Foundation.Visitor().Run(new Reserve(TestBody.Key, pass, item)))));
        refused.Count.ShouldBe(17);
        refused.ShouldAllBe(code => code == Reserving.NoneLeft);
    }

    private static async Task<List<string>> AtOnce(IEnumerable<Func<Task>> work)
    {
        ConcurrentBag<string> refused = [];
        await Task.WhenAll(work.Select(one => Task.Run(async () =>
        {
            try
            {
                await one();
            }
            catch (RefusedException no)
            {
                refused.Add(no.Refusal.Code);
            }
        })));
        return [.. refused];
    }
}
