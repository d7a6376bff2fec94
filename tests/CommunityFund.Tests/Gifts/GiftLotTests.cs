using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Gifts;

public sealed class GiftLotTests
{
    [Theory]
    [InlineData(20260301)]
    [InlineData(20260302)]
    [InlineData(20260303)]
    public async Task Whatever_happens_what_is_left_of_lots_is_what_is_left_of_restricted_money(int seed)
    {
        await using TestBody body = await TestBody.New();
        Random random = new(seed);
        List<long> waiting = [];
        for (int step = 0; step < 40; step++)
        {
            decimal yuan = random.Next(1, 50000) / 100m;
            try
            {
                switch (random.Next(6))
                {
                    case 0 or 1:
                        await body.Gift(TestBody.Children, yuan, Restriction.Restricted, new LocalDate(2026, 3, random.Next(1, 19)));
                        break;
                    case 2 or 3:
                        waiting.Add(await body.PrepareExpense(TestBody.Children, yuan));
                        break;
                    case 4 when waiting.Count > 0:
                        await body.Review(waiting[0]);
                        waiting.RemoveAt(0);
                        break;
                    case 5 when waiting.Count > 0:
                        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, waiting[^1], "重做"));
                        waiting.RemoveAt(waiting.Count - 1);
                        break;
                }
            }
            catch (RefusedException refused)
            {
                refused.Refusal.Code.ShouldBeOneOf(ConstraintRefusal.HoldAboveAvailable, ConstraintRefusal.LotsNotEnough);
            }

            await AssertIdentity(body, $"seed {seed}, step {step}");
        }
    }

    [Fact]
    public async Task Red_ink_on_a_restricted_expense_gives_back_to_the_lot()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 500, Restriction.Restricted);
        await body.Review(await body.PrepareExpense(TestBody.Children, 300));
        long red = await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 8), "退款冲减",
        [
            new VoucherRow("programme-cost", TestBody.Children, Side.Debit, Amount.Yuan(-120)),
            new VoucherRow(TestBody.Bank, TestBody.Children, Side.Credit, Amount.Yuan(-120), CashFlow: CashFlow.PurchasesPaid.Key),
        ]));
        await body.Review(red);
        await using FundDb db = body.Db();
        (await db.RestrictedLots().SingleAsync()).Used.ShouldBe(18000);
        await AssertIdentity(body, "after red ink");
    }

    private static async Task AssertIdentity(TestBody body, string when)
    {
        await using FundDb db = body.Db();
        long left = await db.RestrictedLots().SumAsync(lot => lot.Units - lot.Used);
        long restricted = await db.Database.SqlQuery<long>(
            $"""
            select coalesce(sum(credit - debit), 0)::bigint as "Value" from balance join account using (book_id, account_id)
             where restriction = 'R' and class in ('income', 'expense', 'net-assets')
            """).SingleAsync();
        left.ShouldBe(restricted, when);
        long reserved = await db.RestrictedLots().SumAsync(lot => lot.Reserved);
        long moves = await db.Set<LotMove>().Where(move => move.State == "reserved" && move.Units > 0).SumAsync(move => move.Units);
        reserved.ShouldBe(moves, when);
    }
}
