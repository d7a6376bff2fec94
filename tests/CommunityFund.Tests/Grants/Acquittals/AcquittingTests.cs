using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Periods;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Acquittals;

/// <summary>Examples A, C and D of grants.md 5.5, from the paid tranche on, under both standards.</summary>
public sealed class AcquittingTests
{
    [Fact]
    public async Task An_acquittal_whose_month_is_closed_is_offered_the_first_open_day_and_booked_on_no_other()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        await paid.Submit(1, (await paid.Receipt(500), 500));
        await paid.Decide(1, true);
        LocalDate decided = paid.Today, open = new(2026, 5, 1);
        decided.Month.ShouldBe(4);
        body.Clock.Now = Instant.FromUtc(2026, 5, 6, 2, 0);
        await body.Close(202601, 202602, 202603, 202604);
        Refusal no = await paid.Refused(() => paid.Book(1));
        no.ShouldSay(Work.MonthClosed, "第一个未结账的日子", "first open day");
        (no.Facts["day"], no.Facts["open"]).ShouldBe((decided, open));
        Tranche tranche = await paid.Tranche(1);
        BookAcquittal late = new(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion, open.PlusDays(1));
        (await paid.Refused(() => body.Accountant.Run(late))).ShouldSay(Work.OtherDay, "只能记在当天", "is booked on that day");
        PostedNumber posted = await body.Review(await body.Accountant.Run(late with { Key = PaidNotation.Key, BookedOn = open }));
        await using FundDb db = body.Db();
        (await db.Entries.SingleAsync(entry => entry.EntryNo == posted.EntryNo)).OccurredOn.ShouldBe(open);
        (await db.Set<GrantMoney>().SingleAsync(row => row.Move == MoneyMove.Acquitted)).OccurredOn.ShouldBe(open);
        (await paid.State(1)).ShouldBe(TrancheState.PartlyAcquitted);
        await paid.Grants.ShouldBeClean();
    }

    [Theory]
    [InlineData(2026)]
    [InlineData(2025)]
    public async Task Example_A_comes_out_to_the_fen(int year)
    {
        await using TestBody body = await Of(year);
        PaidNotation paid = await PaidNotation.Paid(body);
        (await paid.State(1)).ShouldBe(TrancheState.AwaitingAcquittal);
        PostedNumber first = await paid.Acquit(1, 6950);
        (await BankNotation.Entry(body, first.EntryNo)).ShouldBe(year == 2026
            ? ["D programme-cost 6950.00 R ordinary", "C project-advances 6950.00  ordinary"]
            : [
                "D programme-cost 6950.00  ordinary", "C project-advances 6950.00  ordinary",
                "D net-assets-restricted 6950.00 R release", "C net-assets-unrestricted 6950.00 U release",
            ]);
        (await paid.State(1)).ShouldBe(TrancheState.PartlyAcquitted);
        await paid.Carry(1);
        (await paid.State(1)).ShouldBe(TrancheState.Settled);
        paid.Grants.Wait(85);
        await paid.Morning();
        await paid.Pay(2);
        await paid.Submit(2, (await paid.Receipt(3050), 3050), (await paid.Receipt(850, line: 2), 850));
        await paid.Decide(2, true, true);
        PostedNumber second = await body.Review(await paid.Book(2));
        (await BankNotation.Entry(body, second.EntryNo)).Where(line => line.Contains("programme-cost")).ShouldBe(year == 2026
            ? ["D programme-cost 3050.00 R ordinary", "D programme-cost 850.00 U ordinary"]
            : ["D programme-cost 3050.00  ordinary", "D programme-cost 850.00  ordinary"]);
        (await paid.State(2)).ShouldBe(TrancheState.PartlyAcquitted);
        await paid.Announce(2, 1150);
        await body.Review(await paid.Came(1150));
        (await paid.State(2)).ShouldBe(TrancheState.Settled);

        foreach (int fund in new[] { TestBody.Children, TestBody.Community })
        {
            (await body.Accountant.Net(body, "project-advances", fund)).ShouldBe(Amount.Yuan(0));
            (await body.Accountant.Net(body, "commitments", fund)).ShouldBe(Amount.Yuan(0));
        }

        (await paid.Grants.Available()).ShouldBe(new(Amount.Yuan(0), Amount.Yuan(7350)));
        (await body.Accountant.Net(body, "programme-cost", TestBody.Children)).ShouldBe(Amount.Yuan(10000));
        (await body.Accountant.Net(body, "programme-cost", TestBody.Community)).ShouldBe(Amount.Yuan(850));
        (await Released(body)).ShouldBe(year == 2026 ? 0 : 10000);

        // The trace for the donors: the gift of 10,000 went into two vouchers; 850 of the other's.
        (await paid.Used(TestBody.Children)).ShouldBe([10000]);
        (await paid.Used(TestBody.Community)).ShouldBe([850]);
        await using FundDb db = body.Db();
        (await (from move in db.Set<LotMove>()
                join lot in db.Set<GiftLot>() on move.LotId equals lot.LotId
                where move.State == "used" && move.Units > 0 && (lot.FundId == TestBody.Community || lot.Restriction == Restriction.Restricted)
                select move.Units / 100).ToListAsync()).ShouldBe([6950, 850, 3050], ignoreOrder: true);
        (await db.Set<GrantFund>().AsNoTracking().ToListAsync()).Sum(row => row.Acquitted).ShouldBe(1_085_000);
        await paid.Grants.ShouldBeClean();
    }

    [Theory]
    [InlineData(2026)]
    [InlineData(2025)]
    public async Task Example_C_money_of_an_expense_comes_back_to_the_gift_it_was_charged_to(int year)
    {
        await using TestBody body = await Of(year);
        PaidNotation paid = await PaidNotation.Paid(body, isExpense: true, children: 5000, community: 0);
        LocalDate march = new(year, 3, 3);

        // A later gift that others used: what comes back is not theirs.
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted, march);
        await body.Review(await body.Accountant.Run(BankNotation.Expense(null, TestBody.Children, 5500, Restriction.Restricted) with
        {
            PaidOn = paid.Today,
        }));
        (await paid.Used(TestBody.Children)).ShouldBe([8000, 500]);
        await paid.Announce(1, 800);
        long voucher = await paid.Came(800);
        PostedNumber back = await body.Review(voucher);
        (await BankNotation.Entry(body, back.EntryNo)).ShouldBe(year == 2026
            ? ["C programme-cost 800.00 R ordinary", "D bank.01 800.00  ordinary"]
            : [
                "C programme-cost 800.00  ordinary", "D net-assets-restricted -800.00 R release", "C net-assets-unrestricted -800.00 U release",
                "D bank.01 800.00  ordinary",
            ]);
        (await paid.Used(TestBody.Children)).ShouldBe([7200, 500]);
        (await paid.State(1)).ShouldBe(TrancheState.Paid);
        await paid.Grants.ShouldBeClean();

        // And the other way, when the voucher is found wrong.
        await body.Review(await body.Reverse(voucher, paid.Today));
        (await paid.Used(TestBody.Children)).ShouldBe([8000, 500]);
        await body.Review(await paid.Came(800));
        Tranche tranche = await paid.Tranche(1);
        await paid.Grants.Lead.Run(new SubmitReport(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion, "办了六场助餐活动", 240, 6,
            Amount.Yuan(2200), await paid.Photo(paid.Grants.Lead)));
        await paid.Grants.Desk.Run(new AcceptReport(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion));
        (await paid.State(1)).ShouldBe(TrancheState.Settled);
        await paid.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task Example_C_what_comes_back_in_the_next_year_is_taken_off_the_expense_too()
    {
        await using TestBody body = await TestBody.New2004();
        body.Clock.Now = Instant.FromUtc(2024, 11, 1, 2, 0);
        PaidNotation paid = await PaidNotation.Paid(body, isExpense: true, children: 5000, community: 0);
        body.Clock.Now = Instant.FromUtc(2025, 2, 10, 2, 0);
        await paid.Announce(1, 800);
        PostedNumber back = await body.Review(await paid.Came(800));
        (await BankNotation.Entry(body, back.EntryNo)).ShouldBe(
        [
            "C programme-cost 800.00  ordinary", "D net-assets-restricted -800.00 R release", "C net-assets-unrestricted -800.00 U release",
            "D bank.01 800.00  ordinary",
        ]);
        (await paid.Used(TestBody.Children)).ShouldBe([2200]);
        await paid.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_voucher_that_is_reversed_opens_the_advance_again_and_gifts_are_reserved_for_the_grant_again()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        await paid.Submit(1, (await paid.Receipt(7200), 7200));
        await paid.Decide(1, true);
        long voucher = await paid.Book(1);
        (await Reserved(body)).ShouldBe(2800);
        await body.Reviewer.Run(new RejectVoucher(PaidNotation.Key, voucher, "日期不对"));
        (await Reserved(body)).ShouldBe(10000);
        (await paid.State(1)).ShouldBe(TrancheState.AcquittalSubmitted);
        voucher = await paid.Book(1);
        await body.Review(voucher);
        (await paid.State(1)).ShouldBe(TrancheState.Settled);
        (await paid.Used(TestBody.Children)).ShouldBe([7200]);
        await body.Review(await body.Reverse(voucher, paid.Today));
        (await paid.State(1)).ShouldBe(TrancheState.AwaitingAcquittal);
        (await Reserved(body)).ShouldBe(10000);
        (await paid.Used(TestBody.Children)).ShouldBe([0]);
        await using FundDb db = body.Db();
        GrantReceipt receipt = await db.Set<GrantReceipt>().AsNoTracking().SingleAsync();
        receipt.State.ShouldBe(GrantReceiptState.Ready);
        await paid.Submit(1, (receipt.GrantReceiptId, 7200));
        await paid.Decide(1, true);
        await body.Review(await paid.Book(1));
        (await paid.State(1)).ShouldBe(TrancheState.Settled);
        await paid.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_the_desk_returns_is_put_right_and_handed_in_again()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        long good = await paid.Receipt(4000), bad = await paid.Receipt(2000);
        await paid.Submit(1, (good, 4000), (bad, 2000));
        await paid.Decide(1, true, false);
        ReceiptFolderView folder = await paid.Grants.FinLead.Ask(new ReceiptFolder(paid.Grant));
        ReceiptRow row = folder.Receipts.Single(each => each.Id == bad);
        (row.State, row.Returned).ShouldBe((GrantReceiptState.Ready, "发票抬头不是居委会"));
        await body.Review(await paid.Book(1));
        (await paid.State(1)).ShouldBe(TrancheState.PartlyAcquitted);
        await paid.Grants.FinLead.Run(new ChangeReceipt(PaidNotation.Key, bad, null, GrantReceiptKind.Receipt, "", paid.Today, "幸福菜场",
            PersonKind.Organisation, Amount.Yuan(1900), 2, Spending.Supplies, "碗筷"));
        await paid.Submit(1, (bad, 1900));
        await paid.Decide(1, false);
        (await paid.State(1)).ShouldBe(TrancheState.AwaitingAcquittal);
        await paid.Submit(1, (bad, 1900));
        await paid.Decide(1, true);
        await body.Review(await paid.Book(1));
        await paid.Announce(1, 1300);
        await body.Review(await paid.Came(1300));
        (await paid.State(1)).ShouldBe(TrancheState.Settled);

        // The gift stays reserved for what the grant may still use: 10,000 less 5,900 used and 1,300 come back.
        (await Reserved(body)).ShouldBe(2800);
        await paid.Grants.ShouldBeClean();
    }

    private static async Task<decimal> Reserved(TestBody body)
    {
        await using FundDb db = body.Db();
        return (await db.Set<CommunityFund.Grants.Awards.GrantLot>().AsNoTracking().SumAsync(lot => lot.Units)) / 100m;
    }

    private static async Task<decimal> Released(TestBody body)
    {
        await using FundDb db = body.Db();
        return (await db.Postings.Where(line => line.Movement == MovementKind.Release && line.Side == Side.Debit).SumAsync(line => line.Units)) / 100m;
    }

    private static Task<TestBody> Of(int year) => year == 2026 ? TestBody.New() : TestBody.New2004();
}
