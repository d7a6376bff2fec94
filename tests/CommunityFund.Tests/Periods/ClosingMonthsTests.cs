using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Periods;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Periods;

/// <summary>Closing a month: when it may be, and what it means.</summary>
public sealed class ClosingMonthsTests
{
    private static readonly LocalDate January = new(2026, 1, 20);

    [Fact]
    public async Task A_month_is_closed_by_name_and_takes_nothing_more()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, January);
        await body.Close(202601);
        await using FundDb db = body.Db();
        AccountingPeriod january = await db.Set<AccountingPeriod>().SingleAsync(period => period.BookId == 1 && period.Number == 202601);
        (january.ClosedBy, january.ClosedAt).ShouldBe((2L, body.Clock.Now));
        Refusal no = await RefusalOf(() => body.PrepareExpense(TestBody.Community, 1, on: January));
        (no.Code, no.Facts["period"], no.Facts["open"]).ShouldBe(
            (Work.MonthClosed, new PeriodNumber(202601), new LocalDate(2026, 2, 1)));
        await body.Review(await body.PrepareExpense(TestBody.Community, 1, on: new LocalDate(2026, 2, 1)));
    }

    [Fact]
    public async Task A_month_that_is_not_over_in_Shanghai_is_not_closed()
    {
        await using TestBody body = await TestBody.New();
        body.Clock.Now = Instant.FromUtc(2026, 1, 31, 15, 59);
        Refusal no = await RefusalOf(() => body.Close(202601));
        no.Blockers().ShouldBe(["over.stop"]);
        (no.Facts["period"], no.Fact("over.stop", "day")).ShouldBe((new PeriodNumber(202601), new LocalDate(2026, 1, 31)));
        body.Clock.Now = Instant.FromUtc(2026, 1, 31, 16, 0);
        await body.Close(202601);
    }

    [Fact]
    public async Task Months_are_closed_in_order()
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await RefusalOf(() => body.Close(202602));
        no.Blockers().ShouldBe(["order.stop"]);
        no.Fact("order.stop", "earlier").ShouldBe(new PeriodNumber(202601));
        await body.Close(202601, 202602);
    }

    [Fact]
    public async Task A_waiting_voucher_keeps_its_month_open_until_it_is_decided()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, January);
        long first = await body.PrepareExpense(TestBody.Community, 1, on: January), second = await body.PrepareExpense(TestBody.Community, 2, on: January);
        Refusal no = await RefusalOf(() => body.Close(202601));
        no.Blockers().ShouldBe(["waiting.stop", "reconciled.stop"], "each thing in the way is told at once");
        no.Fact("waiting.stop", "count").ShouldBe(2);
        no = await RefusalOf(() => Close(body.Accountant, 202601));
        no.Blockers()[0].ShouldBe("waiting.stop-own", "who made them is told that another must look at them");
        no.Fact("waiting.stop-own", "own").ShouldBe(2);
        await body.Review(first);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, second, "重复"));
        await body.Close(202601);
    }

    [Fact]
    public async Task A_month_in_which_the_bank_moved_closes_once_two_have_signed_that_bank_and_books_meet()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, January);
        CloseMonth close = new(TestBody.Key, 202601);
        (await RefusalOf(() => body.Reviewer.Run(close))).Blockers().ShouldBe(["reconciled.stop"]);
        NextMonth next = (await body.Reviewer.Ask(new PeriodCalendar(2026))).Next!;
        OpenItem account = next.Checks.Single(check => check.Matter == ClosingMatter.Reconciled).Items.Single();
        (next.IsReady, account.Id, account.Day).ShouldBe((false, 1L, new LocalDate(2026, 1, 31)));
        await body.Reconcile(new LocalDate(2026, 1, 31));
        await body.Review(await body.PrepareExpense(TestBody.Community, 10, on: January));
        (await body.Reviewer.Ask(new PeriodCalendar(2026))).Next!.Checks.Single(check => check.Matter == ClosingMatter.Reconciled).Items.Single()
            .Says!.Key.ShouldBe("closing.reconciled.stale");
        await body.Reconcile(new LocalDate(2026, 2, 10));
        await body.Reviewer.Run(close with { Key = TestBody.Key });
    }

    [Fact]
    public async Task A_closed_month_is_not_closed_again_but_the_same_form_sent_twice_is_done_once()
    {
        await using TestBody body = await TestBody.New();
        CloseMonth form = new(TestBody.Key, 202601);
        await body.Reviewer.Run(form);
        await body.Reviewer.Run(form);
        Refusal no = await RefusalOf(() => body.Close(202601));
        no.Blockers().ShouldBe(["order.stop-closed"]);
        no.Fact("order.stop-closed", "person").ShouldBe("吴审核");
    }

    [Theory]
    [InlineData(209901)]
    [InlineData(202614)]
    [InlineData(-5)]
    public async Task What_is_not_in_the_calendar_is_not_closed(int period)
    {
        await using TestBody body = await TestBody.New();
        (await RefusalOf(() => body.Close(period))).Code.ShouldBe(ConstraintRefusal.PeriodUnknown);
    }

    [Fact]
    public async Task Opening_balances_close_with_the_first_month_and_never_alone()
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await RefusalOf(() => body.Close(202600));
        no.Blockers()[0].ShouldBe("order.stop-opening");
        EnterOpening opening = new(TestBody.Key,
        [
            new OpeningRow(TestBody.Bank, TestBody.General, Side.Debit, Amount.Yuan(5)),
            new OpeningRow(Account.Keys.UnrestrictedNetAssets, TestBody.General, Side.Credit, Amount.Yuan(5)),
        ]);
        long waits = await body.Accountant.Run(opening);
        (await RefusalOf(() => body.Close(202601))).Blockers().ShouldBe(["waiting.stop"]);
        await body.Accountant.Run(new WithdrawVoucher(TestBody.Key, waits));
        await body.Close(202601);
        (await RefusalOf(() => body.Accountant.Run(opening with { Key = TestBody.Key }))).Code.ShouldBe("voucher.opening-closed");
    }

    [Fact]
    public async Task The_adjusting_period_waits_for_December_and_the_next_year_does_not_wait_for_it()
    {
        await using TestBody body = await TestBody.New();
        body.Clock.Now = Instant.FromUtc(2027, 3, 1, 0, 0);
        await body.Close([.. Enumerable.Range(202601, 11)]);
        (await RefusalOf(() => body.Close(202613))).Blockers().ShouldBe(["order.stop"]);
        await body.Close(202612, 202701, 202613, 202702);
    }

    [Fact]
    public async Task Months_before_the_opening_day_have_nothing_to_close()
    {
        await using TestBody body = await TestBody.New();
        int book = await body.Foundation.Operator().Run(new SetUpBook(
            TestBody.Key, "february", "二月慈善会", "cn-npo-2026", new LocalDate(2026, 2, 10),
            new NewLogin("冯会计", "feng", TestBody.Password), new NewLogin("陈审核", "chen", TestBody.Password)));
        await using FundDb db = body.Db();
        long reviewer = await db.People.Where(person => person.Name == "陈审核").Select(person => person.PersonId).SingleAsync();
        FundSession session = body.Foundation.SessionOf(reviewer, book);
        Refusal no = await RefusalOf(() => Close(session, 202601));
        no.Blockers().ShouldBe(["order.stop-before-opening", "rule.stop"], "no rule was approved for a day before the books either");
        (await session.Ask(new MonthToClose())).ShouldBe(new NextToClose(202602, IsOver: true));
        await Close(session, 202602);
        CalendarYear year = await session.Ask(new PeriodCalendar(2026));
        year.Periods.Take(4).Select(period => period.State).ShouldBe(
            [PeriodState.Closed, PeriodState.BeforeOpening, PeriodState.Closed, PeriodState.NotOver]);
    }

    [Fact]
    public async Task Only_an_accountant_or_reviewer_of_the_whole_book_closes()
    {
        await using TestBody body = await TestBody.New();
        (await RefusalOf(() => Close(body.FinanceOfficer, 202601))).Code.ShouldBe(Need.Missing);
        (await body.FinanceOfficer.Ask(new MonthToClose())).Period.ShouldBeNull();
        await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.Accountant, TestBody.Community, new LocalDate(2026, 1, 1), null));
        (await RefusalOf(() => Close(body.FinanceOfficer, 202601))).Code.ShouldBe(Need.OnlySomeFunds);
        await Close(body.Accountant, 202601);
    }
}
