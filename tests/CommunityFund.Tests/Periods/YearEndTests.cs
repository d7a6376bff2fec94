using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Vouchers;
using NodaTime;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Periods;

/// <summary>The turn of a year: the adjusting period, and that a year begins with what the one before ended with.</summary>
public sealed class YearEndTests
{
    private static readonly LocalDate Last = new(2026, 12, 31);

    [Fact]
    public async Task The_adjusting_period_takes_what_is_chosen_for_it_until_the_annual_report_is_approved()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.General, 100, Restriction.Unrestricted, new LocalDate(2026, 1, 5));
        body.Clock.Now = Instant.FromUtc(2027, 2, 1, 0, 0);
        await body.Close([.. Enumerable.Range(202601, 11)]);
        (await RefusalOf(() => Adjust(body, Last, 30))).Code.ShouldBe(VoucherWriter.NotAdjusting, "December is open and takes it itself");
        await body.Close(202612);
        (await RefusalOf(() => Adjust(body, new LocalDate(2026, 12, 30), 30))).Code.ShouldBe(VoucherWriter.NotAdjusting);
        (await body.Accountant.Ask(new ChoicesOn(null))).AdjustingYears.ShouldBe([2026]);
        await body.Review(await Adjust(body, Last, 30));
        await body.Close(202701);
        (await ClosingVouchersTests.Closing(body, 202701)).ShouldBeEmpty("what stands in the adjusting period closes with it");
        (await RefusalOf(() => body.Reviewer.Run(new CloseMonth(TestBody.Key, 202613)))).Blockers().ShouldBe(["annual-report.stop"]);
        YearEndView end = await body.FinanceOfficer.Ask(new YearEnd(2026));
        (end.IsClosed, end.IsProved, end.Left.Single().Closing).ShouldBe((false, false, Amount.Yuan(30)));
        await body.Close(202613);
        (await ClosingVouchersTests.Closing(body, 202613)).ShouldBe(
            ["F00 D net-assets-unrestricted 30.00 U", "F00 C management-expense 30.00 U"]);
        (await body.Reviewer.Ask(new TrialClose(202613))).Report.ShouldBe("理事会第一次会议通过年度报告");
        (await RefusalOf(() => Adjust(body, Last, 5))).Code.ShouldBe(Work.MonthClosed);
        end = await body.FinanceOfficer.Ask(new YearEnd(2026));
        (end.IsClosed, end.IsProved).ShouldBe((true, true));
        end.Accounts.Select(row => (row.Name, row.Closing, row.Opening)).ShouldBe(
        [
            ("银行存款—建行基本户", Amount.Yuan(100), Amount.Yuan(100)), ("其他应付款", Amount.Yuan(-30), Amount.Yuan(-30)),
            ("非限定性净资产", Amount.Yuan(-70), Amount.Yuan(-70)),
        ]);
        await ClosingVouchersTests.Clean(body);
    }

    private static Task<long> Adjust(TestBody body, LocalDate day, decimal yuan) => body.Accountant.Run(new PrepareVoucher(
        TestBody.Key, day, "补记审计费",
        [
            new VoucherRow(Account.Keys.ManagementExpense, TestBody.General, Side.Debit, Amount.Yuan(yuan)),
            new VoucherRow("other-payables", TestBody.General, Side.Credit, Amount.Yuan(yuan)),
        ], IsAdjusting: true));
}
