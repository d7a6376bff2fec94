using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Periods;

/// <summary>What comes after its month was closed: offered the first open day, never moved by itself.</summary>
public sealed class LateItemTests
{
    private static readonly LocalDate Happened = new(2026, 1, 28), Open = new(2026, 3, 1);

    [Fact]
    public async Task A_late_gift_is_offered_the_first_open_day_and_keeps_the_day_it_came()
    {
        await using TestBody body = await TestBody.New();
        await body.Close(202601, 202602);
        long line = await body.Line("01-28,66.00,,,老人院,捐赠");
        RecordDonation gift = new(TestBody.Key, TestBody.Children, "", PersonKind.Person, Amount.Yuan(66), Happened, TestBody.Bank,
            Restriction.Restricted, "", "迟到的捐赠", line);
        Refusal no = await RefusalOf(() => body.Accountant.Run(gift));
        (no.Code, no.Facts["day"], no.Facts["open"]).ShouldBe((Work.MonthClosed, Happened, Open));
        await body.Review(await body.Accountant.Run(gift with { Key = TestBody.Key, BookedOn = Open }));
        await using FundDb db = body.Db();
        (await db.Entries.SingleAsync()).OccurredOn.ShouldBe(Open);
        (await db.Set<Donation>().SingleAsync()).ReceivedOn.ShouldBe(Happened);
        (await db.Set<BankLine>().SingleAsync()).OccurredOn.ShouldBe(Happened);
    }

    [Fact]
    public async Task A_late_expense_is_booked_on_the_open_day_from_its_bank_line()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, new LocalDate(2026, 1, 5));
        await body.Close(202601, 202602);
        long line = await body.Line("01-28,,150.00,,文具店,采购");
        RecordExpense expense = new(TestBody.Key, TestBody.Community, "programme-cost", Amount.Yuan(150), Happened, TestBody.Bank,
            Restriction.Unrestricted, CashFlow.PurchasesPaid.Key, "", PersonKind.Organisation, "迟到的采购", line);
        (await RefusalOf(() => body.Accountant.Run(expense))).Code.ShouldBe(Work.MonthClosed);
        PostedNumber posted = await body.Review(await body.Accountant.Run(expense with { Key = TestBody.Key, BookedOn = Open }));
        await using FundDb db = body.Db();
        (await db.Entries.SingleAsync(entry => entry.EntryNo == posted.EntryNo)).OccurredOn.ShouldBe(Open);
        (await body.Stage(line)).ShouldBe(LineStage.Posted);
    }

    [Fact]
    public async Task What_has_a_day_of_its_own_is_booked_on_no_other_while_its_month_is_open()
    {
        await using TestBody body = await TestBody.New();
        RecordDonation gift = new(TestBody.Key, TestBody.Community, "", PersonKind.Person, Amount.Yuan(66), new LocalDate(2026, 2, 10),
            TestBody.Bank, Restriction.Unrestricted, "", "捐赠", null, BookedOn: Open);
        Refusal no = await RefusalOf(() => body.Accountant.Run(gift));
        (no.Code, no.Facts["open"]).ShouldBe((Work.OtherDay, new LocalDate(2026, 2, 10)));
        await body.Close(202601, 202602);
        no = await RefusalOf(() => body.Accountant.Run(gift with { Key = TestBody.Key, BookedOn = new LocalDate(2026, 3, 2) }));
        (no.Code, no.Facts["open"]).ShouldBe((Work.OtherDay, Open));
    }

    [Fact]
    public async Task When_the_calendar_has_run_out_the_next_year_has_to_be_opened()
    {
        await using TestBody body = await TestBody.New();
        body.Clock.Now = Instant.FromUtc(2028, 1, 5, 0, 0);
        await body.Close([.. Enumerable.Range(202601, 12), .. Enumerable.Range(202701, 12)]);
        (await RefusalOf(() => body.PrepareExpense(TestBody.Community, 1, on: new LocalDate(2027, 12, 30)))).Code.ShouldBe(Work.NoOpenMonth);
    }
}
