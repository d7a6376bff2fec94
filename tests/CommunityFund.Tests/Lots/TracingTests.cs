using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.Lots;
using CommunityFund.Tests.Checks;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Lots;

/// <summary>Every inflow is a lot, and whoever asks what it paid for is told to the voucher and the fen.</summary>
public sealed class TracingTests
{
    [Fact]
    public async Task A_gift_is_followed_through_release_and_transfer_to_the_voucher_it_paid_for()
    {
        await using TestBody body = await TestBody.New2004();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(2025, 2, 3));
        await body.Gift(TestBody.Children, 50, Restriction.Restricted, new LocalDate(2025, 2, 4));
        long spent = await body.Accountant.Run(new RecordExpense(
            TestBody.Key, TestBody.Children, Account.Keys.ProgrammeCost, Amount.Yuan(120), new LocalDate(2025, 3, 5), TestBody.Bank, Restriction.Restricted,
            CashFlow.PurchasesPaid.Key, "", PersonKind.Person, "六套画具", null, ProjectClass: "children"));
        await body.Review(spent);
        long[] lots = await LotIds(body, TestBody.Children);
        TracedLot first = await body.Accountant.Ask(new LotTrace(lots[0])), second = await body.Accountant.Ask(new LotTrace(lots[1]));
        first.Trace.Ends.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            end => end.VoucherId.ShouldBe(spent),
            end => end.Amount.ShouldBe(Amount.Yuan(100)),
            end => end.Narrative.ShouldBe("六套画具"),
            end => end.ProjectClass.ShouldBe("children"));
        second.Trace.Spent.ShouldBe(Amount.Yuan(20));
        second.Trace.Unspent.ShouldBe(Amount.Yuan(30));
        long before = second.Trace.KnownAt - 1;
        (await body.Accountant.Ask(new LotTrace(lots[1], KnownAt: before))).Trace.Unspent.ShouldBe(Amount.Yuan(50));
        (await body.Accountant.Ask(new LotTrace(lots[1], Day: new LocalDate(2025, 3, 4)))).Trace.Unspent.ShouldBe(Amount.Yuan(50));
        await body.Review(await body.Reverse(spent, new LocalDate(2025, 3, 20)));
        (await body.Accountant.Ask(new LotTrace(lots[0]))).Trace.Unspent.ShouldBe(Amount.Yuan(100));
        (await body.Accountant.Ask(new LotTrace(lots[0], KnownAt: second.Trace.KnownAt))).Trace.Spent.ShouldBe(Amount.Yuan(100));
    }

    [Fact]
    public async Task A_gift_booked_anew_still_knows_what_it_had_paid_for()
    {
        await using TestBody body = await TestBody.New();
        foreach ((int fund, Restriction restriction) in new[]
        {
            (TestBody.Community, Restriction.Unrestricted), (TestBody.Children, Restriction.Restricted),
        })
        {
            long gift = await body.Gift(fund, 100, restriction);
            long spent = await body.PrepareExpense(fund, 40);
            await body.Review(spent);
            VoucherRow[] rows = await body.RowsOf(gift);
            await body.Review(await body.Correct(gift, [.. rows.Select(row => row with { Amount = Amount.Yuan(90) })]));
            long[] lots = await LotIds(body, fund);
            TraceView anew = (await body.Accountant.Ask(new LotTrace(lots[^1]))).Trace;
            anew.Ends.ShouldHaveSingleItem().VoucherId.ShouldBe(spent);
            anew.Spent.ShouldBe(Amount.Yuan(40));
            anew.Unspent.ShouldBe(Amount.Yuan(50));
            TraceView before = (await body.Accountant.Ask(new LotTrace(lots[0]))).Trace;
            before.Undone.ShouldBe(Amount.Yuan(60));

            // What it had paid for is undone: the gift that stands now has it back, not the one that is gone.
            await body.Review(await body.Reverse(spent));
            (await body.Accountant.Ask(new LotTrace(lots[^1]))).Trace.Unspent.ShouldBe(Amount.Yuan(90), $"{restriction}");
        }

        (await CheckedBody.Check(body)).IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_spent_beyond_every_lot_is_a_gap_and_gone_when_it_is_undone()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.General, 100, Restriction.Unrestricted);
        long accrued = await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), "计提折旧",
        [
            new VoucherRow("management-expense", TestBody.General, Side.Debit, Amount.Yuan(130)),
            new VoucherRow("accumulated-depreciation", TestBody.General, Side.Credit, Amount.Yuan(130)),
        ]));
        await body.Review(accrued);
        await using (FundDb db = body.Db())
        {
            (await db.Set<LotGap>().SingleAsync()).Units.ShouldBe(3000);
        }

        await body.Review(await body.Reverse(accrued));
        await using FundDb after = body.Db();
        (await after.Set<LotGap>().SumAsync(gap => gap.Units)).ShouldBe(0);
        (await after.FreeLots().SingleAsync()).Used.ShouldBe(0);
        (await CheckedBody.Check(body)).IsClean.ShouldBeTrue();
    }

    private static async Task<long[]> LotIds(TestBody body, int fund)
    {
        await using FundDb db = body.Db();
        return await db.Database.SqlQuery<long>(
            $"""
            select g.lot_id as "Value" from gift_lot g join posting p using (book_id, entry_no, line_no)
              join fund f on f.book_id = g.book_id and f.fund_id = g.fund_id
             where g.fund_id = {fund} and p.movement = 'ordinary' and g.restriction = f.default_restriction order by 1
            """).ToArrayAsync();
    }
}
