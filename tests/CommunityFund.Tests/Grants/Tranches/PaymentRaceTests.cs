using System.Diagnostics;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Tranches;

/// <summary>Fifty payments of one fund reviewed at once, with others who want its money.</summary>
public sealed class PaymentRaceTests
{
    [Fact]
    public async Task Fifty_payments_of_one_fund_are_reviewed_at_once_and_nobody_gets_more_than_is_available()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        List<long> running = [];
        foreach ((int rank, int tranches, string title) in new[] { (1, 17, "老人助餐"), (2, 17, "楼道微更新"), (3, 16, "周末课堂") })
        {
            long grant = await grants.Awarded(rank, 0, tranches * 100, title);
            await grants.Papers(grant, terms: Terms(tranches), payee: $"{title}居委会");
            running.Add(grant);
        }

        grants.Wait(14);
        foreach (long grant in running)
        {
            await grants.Desk.Run(new ActivateGrant(AwardNotation.Key, grant, await grants.Version(grant)));
            await grants.L1.Run(new ActivateGrant(AwardNotation.Key, grant, await grants.Version(grant)));
        }

        await grants.Sql("""
            alter table tranche disable trigger user;
            update tranche set state = 'approved', asked = units, tier = 'first', request_no = 1, due_on = null;
            alter table tranche enable trigger user
            """);
        await grants.Desk.Run(new AwaitAll(TestBody.Key));
        List<long> vouchers = await Matched(body);
        vouchers.Count.ShouldBe(50);
        (await grants.Available()).Community.ShouldBe(Amount.Yuan(3200));

        // 3,200 are available beside what is promised: eight others of ten get 400 each.
        Stopwatch watch = Stopwatch.StartNew();
        List<long> slow = [];
        Task<bool>[] reviews = [.. vouchers.Select(voucher => Done(async () =>
        {
            Stopwatch own = Stopwatch.StartNew();
            await body.Review(voucher);
            lock (slow)
            {
                slow.Add(own.ElapsedMilliseconds);
            }
        }))];
        Task<bool>[] others = [.. Enumerable.Range(0, 10).Select(_ => Done(() => body.PrepareExpense(TestBody.Community, 400)))];
        (await Task.WhenAll(reviews)).ShouldAllBe(done => done);
        (await Task.WhenAll(others)).Count(done => done).ShouldBe(8);
        TestContext.Current.TestOutputHelper?.WriteLine($"50 reviews in {watch.ElapsedMilliseconds} ms, the slowest answered after {slow.Max()} ms");
        (await grants.Available()).Community.ShouldBe(Amount.Yuan(0));
        await using FundDb db = body.Db();
        (await db.Set<Tranche>().AsNoTracking().CountAsync(row => row.State == TrancheState.AwaitingAcquittal)).ShouldBe(50);
        await grants.ShouldBeClean();
    }

    private static async Task<bool> Done(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (RefusedException refused) when (refused.Refusal.Code == ConstraintRefusal.HoldAboveAvailable)
        {
            return false;
        }
    }

    private static async Task<List<long>> Matched(TestBody body)
    {
        await using FundDb db = body.Db();
        List<long> awaited = await db.Set<Expectation>().Where(row => row.Kind == ExpectationKind.Grant).OrderBy(row => row.ExpectationId)
            .Select(row => row.ExpectationId).ToListAsync();
        await body.Import(BankNotation.FileOf([.. awaited.Select((id, at) => $"04-27,,100.00,,居委会,付{at}")]));
        BankLine[] lines = await body.Lines();
        List<long> vouchers = [];
        foreach (var (line, id) in lines.Zip(awaited))
        {
            vouchers.Add(await body.Accountant.Run(new MatchExpectations(TestBody.Key, [line.BankLineId], [id])));
        }

        return vouchers;
    }

    private static AgreementTerms Terms(int tranches) => new(
        new LocalDate(2026, 4, 1), new LocalDate(2026, 9, 30),
        [.. Enumerable.Range(0, tranches).Select(_ => new TrancheTerm(Amount.Yuan(100), new LocalDate(2026, 4, 10), "按月", new LocalDate(2026, 6, 30)))],
        [new BudgetTerm("餐费", Amount.Yuan(tranches * 100), Amount.Yuan(0))], [new IndicatorTerm("人次", "0", "40")], "不得用于吃请", "结束后十五日内退回");

    /// <summary>As the last approval does, for all that is approved.</summary>
    private sealed record AwaitAll(Guid Key) : Command<int>(Key)
    {
        internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

        internal override async Task<int> Apply(Work work, CancellationToken ct)
        {
            List<Tranche> rows = await work.Db.Set<Tranche>().OrderBy(row => row.TrancheId).ToListAsync(ct);
            foreach (Tranche row in rows)
            {
                await AwaitedPayment.Write(work, row, await TrancheFacts.Of(work, row, ct), ct);
            }

            await work.Db.SaveChangesAsync(ct);
            return rows.Count;
        }
    }
}
