using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Tests.Banking;
using NodaTime;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Periods;

/// <summary>The calendar as people see it, and how it grows.</summary>
public sealed class CalendarTests
{
    [Fact]
    public async Task The_calendar_says_who_closed_a_month_and_what_keeps_the_next_one_open()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, new LocalDate(2026, 1, 5));
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, new LocalDate(2026, 1, 6));
        await body.Close(202601);
        long waits = await body.PrepareExpense(TestBody.Community, 12.5m, on: new LocalDate(2026, 2, 5));
        long line = await body.Line("02-28,,150.00,,文具店,采购");
        CalendarYear year = await body.FinanceOfficer.Ask(new PeriodCalendar(null));
        (year.Year, year.NextYear, year.MayClose, year.MayOpen).ShouldBe((2026, null, false, false));
        year.Years.ShouldBe([2026, 2027]);
        year.Periods.Select(period => period.Number).ShouldBe([.. Enumerable.Range(202600, 14)]);
        CalendarPeriod january = year.Periods.Single(period => period.Number == 202601);
        (january.State, january.ClosedBy, january.ClosedAt).ShouldBe((PeriodState.Closed, "吴审核", body.Clock.Now));
        january.Series.ShouldBe([new SeriesNumbers("记", 2, 2), new SeriesNumbers("转", 1, 1)], "and the voucher that closed it");
        year.Periods.Single(period => period.Number == 202602).ShouldSatisfyAllConditions(
            february => february.State.ShouldBe(PeriodState.Open), february => february.Waiting.ShouldBe(1));
        year.Periods.Single(period => period.Number == 202603).State.ShouldBe(PeriodState.NotOver);
        NextMonth next = year.Next.ShouldNotBeNull();
        (next.Period, next.IsReady).ShouldBe((202602, false));
        next.Checks.Where(check => check.Blocks).Select(check => check.Matter).ShouldBe([ClosingMatter.Waiting, ClosingMatter.BankLines, ClosingMatter.Reconciled]);
        next.Checks.Single(check => check.Matter == ClosingMatter.Waiting).Items.Single()
            .ShouldBe(new OpenItem(waits, "活动物资", new LocalDate(2026, 2, 5), Amount.Yuan(12.5m), "周会计"));
        await body.Review(waits);
        await body.Accountant.Run(new IgnoreBankLine(TestBody.Key, line, "别的单位的流水"));
        await body.Reconcile(new LocalDate(2026, 2, 28));
        (await body.Reviewer.Ask(new PeriodCalendar(2027))).ShouldSatisfyAllConditions(
            later => later.Next!.IsReady.ShouldBeTrue(), later => later.MayClose.ShouldBeTrue(), later => later.Year.ShouldBe(2027),
            later => later.Periods.Count.ShouldBe(13, "opening balances stand in the first year alone"));
    }

    [Fact]
    public async Task The_first_month_asks_for_the_opening_balances()
    {
        await using TestBody body = await TestBody.New();
        (await body.Accountant.Ask(new PeriodCalendar(null))).Next!.Checks.Single(check => check.Matter == ClosingMatter.Opening).Mark
            .ShouldBe(ClosingMark.Look);
    }

    [Fact]
    public async Task A_book_whose_years_run_out_goes_on()
    {
        await using TestBody body = await TestBody.New();
        (await RefusalOf(() => body.Accountant.Run(new OpenYear(TestBody.Key, 2027)))).Code.ShouldBe(OpenYear.NotNext);
        (await RefusalOf(() => body.Accountant.Run(new OpenYear(TestBody.Key, 2029)))).Code.ShouldBe(OpenYear.NotNext);
        (await RefusalOf(() => body.Accountant.Run(new OpenYear(TestBody.Key, 2028)))).Code.ShouldBe(OpenYear.TooFar);
        body.Clock.Now = Instant.FromUtc(2028, 2, 1, 0, 0);
        (await body.Accountant.Ask(new PeriodCalendar(2026))).NextYear.ShouldBe(2028);
        await body.Accountant.Run(new OpenYear(TestBody.Key, 2028));
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted, new LocalDate(2028, 2, 1));
        (await body.Accountant.Ask(new PeriodCalendar(2028))).Periods.Single(period => period.Number == 202802).Series
            .ShouldBe([new SeriesNumbers("记", 1, 1)]);
    }

    [Fact]
    public async Task Two_people_who_open_the_same_year_open_it_once()
    {
        await using TestBody body = await TestBody.New();
        body.Clock.Now = Instant.FromUtc(2027, 2, 1, 0, 0);
        Task<Done>[] both = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => body.Accountant.Run(new OpenYear(TestBody.Key, 2028))))];
        await Task.WhenAny(Task.WhenAll(both), Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken));
        both.Count(task => task.IsCompletedSuccessfully).ShouldBe(1);
        ((RefusedException)both.Single(task => task.IsFaulted).Exception!.InnerException!).Refusal.Code
            .ShouldBeOneOf(ConstraintRefusal.PeriodOpened, OpenYear.NotNext);
    }
}
