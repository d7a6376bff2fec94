using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Books;

public sealed class ManyWritersTests
{
    private const int Writers = 32, Each = 3;

    [Fact]
    public async Task Thirty_two_writers_on_the_same_funds_in_opposite_orders_meet_no_deadlock_and_no_gap()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.General, 10000m, Restriction.Unrestricted);
        await body.Gift(TestBody.Community, 10000m, Restriction.Unrestricted);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (int turn = 0; turn < Each; turn++)
            {
                long voucher = await body.Accountant.Run(writer % 2 == 0
                    ? Shared(TestBody.General, TestBody.Community)
                    : Shared(TestBody.Community, TestBody.General));
                await body.Reviewer.Run(new ReviewVoucher(TestBody.Key, voucher));
            }
        })));

        await using FundDb db = body.Db();
        int[] numbers = await db.Entries.Where(entry => entry.Series == "记" && entry.Period == 202603)
            .Select(entry => entry.Number).OrderBy(number => number).ToArrayAsync();
        numbers.ShouldBe(Enumerable.Range(1, (Writers * Each) + 2));
        (await db.Vouchers.CountAsync(voucher => voucher.State == VoucherState.Posted)).ShouldBe(numbers.Length);
        (await body.Numbers(TestBody.Community)).OwnCash.ShouldBe(Amount.Yuan(10000m - (Writers * Each)));
        (await Deadlocks(body)).ShouldBe(0, "locks are taken in one order, so retries have nothing to do");
    }

    private static PrepareVoucher Shared(int first, int second) => new(TestBody.Key, new LocalDate(2026, 3, 5), "共同活动",
    [
        .. new[] { first, second }.SelectMany(fund => (VoucherRow[])
        [
            new("programme-cost", fund, Side.Debit, Amount.Yuan(1m)),
            new(TestBody.Bank, fund, Side.Credit, Amount.Yuan(1m), CashFlow: CashFlow.PurchasesPaid.Key),
        ]),
    ]);

    private static async Task<long> Deadlocks(TestBody body)
    {
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(body.Connections.Superuser) { Pooling = false }.ConnectionString);
        await using NpgsqlCommand ask = server.CreateCommand(
            "select deadlocks from pg_stat_database where datname = current_database()");
        return (long)(await ask.ExecuteScalarAsync())!;
    }
}
