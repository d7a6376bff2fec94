using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Checks;

/// <summary>Whatever comes through the door is clean, waiting and posted: bundles, corrections, commitments, debts, documents.</summary>
public sealed class PostedBooksTests
{
    private static readonly LocalDate Day = new(2026, 3, 6);
    private static readonly Tags Paid = new(CashFlow: CashFlow.GrantsPaid);

    [Fact]
    public async Task Lines_that_carry_everything_are_clean_and_their_leaves_agree()
    {
        await using TestBody body = await CheckedBody.New();
        Enclosure[] papers = [await body.Paper(), await body.Paper(3)];
        await ClearPost(body, chart =>
        [
            new Draft(JournalEntry.On(Day, "付项目款 𠮷")
                .Debit(chart["programme-cost"], "C02", Amount.Yuan(20), new Tags(Restriction.Restricted, ProjectClass: "children", Project: 7,
                    Counterparty: 3, Enterprise: 4, Document: 5, Narrative: "第一行"))
                .Credit(chart[TestBody.Bank], "C02", Amount.Yuan(20), Paid).Balanced(), Documents: papers),
            new Draft(JournalEntry.On(Day, "批准资助")
                .Debit(chart["commitments"], "C01", Amount.Yuan(30)).Credit(chart["commitments-contra"], "C01", Amount.Yuan(30)).Balanced()),
            new Draft(JournalEntry.On(Day, "计提折旧")
                .Debit(chart["management-expense"], "F00", Amount.Yuan(1), new Tags(Restriction.Unrestricted))
                .Credit(chart["accumulated-depreciation"], "F00", Amount.Yuan(1)).Balanced()),
        ]);
        CheckReport report = await CheckedBody.Check(body);
        report.Checks.Single(check => check.Key == "leaves").Examined.ShouldBe(8);
        report.Checks.Single(check => check.Key == "commitments").Examined.ShouldBe(2);
    }

    [Fact]
    public async Task A_payment_that_relieves_its_commitment_holds_nothing_more()
    {
        await using TestBody body = await CheckedBody.New();
        await ClearPost(body, chart => [Commitment(chart, 30)]);
        IReadOnlyList<long> bundle = await Prepare(body, chart =>
        [
            new Draft(JournalEntry.On(Day, "付资助款").Debit(chart["programme-cost"], "C01", Amount.Yuan(30), new Tags(Restriction.Unrestricted))
                .Credit(chart[TestBody.Bank], "C01", Amount.Yuan(30), Paid).Balanced()),
            Commitment(chart, -30),
        ]);
        await Clear(body);
        await body.Review(bundle[1]);
        await Clear(body);
    }

    [Fact]
    public async Task Debts_and_their_payments_are_clean_while_they_wait_and_when_they_stand()
    {
        await using TestBody body = await CheckedBody.New();
        long debt = (await Prepare(body, chart =>
            [new Draft(JournalEntry.On(Day, "应付款").Debit(chart["programme-cost"], "C01", Amount.Yuan(80), new Tags(Restriction.Unrestricted))
                .Credit(chart["other-payables"], "C01", Amount.Yuan(80)).Balanced())]))[0];
        await Clear(body);
        await body.Review(debt);
        long payment = (await Prepare(body, chart =>
            [new Draft(JournalEntry.On(Day, "支付应付款").Debit(chart["other-payables"], "C01", Amount.Yuan(100))
                .Credit(chart[TestBody.Bank], "C01", Amount.Yuan(100), Paid).Balanced())]))[0];
        await Clear(body);
        await CheckedBody.Plant(body, $"insert into hold (book_id, fund_id, units, voucher_id, placed_at) values (1, 3, 10001, {payment}, now())");
        CheckedBody.Said(await CheckedBody.Check(body)).Single().ShouldContain("should hold CNY 0.00 to CNY 100.00 of the fund");
    }

    [Theory]
    [InlineData("update voucher set reversed_by = null where voucher_id = 5", "correction.one-sided")]
    [InlineData("update voucher set reversed_by = 1 where voucher_id = 2", "correction.not-reversed")]
    [InlineData("update journal_entry set corrects_entry_no = 4 where entry_no = 6", "correction.one-sided correction.not-reversed correction.not-a-copy")]
    public async Task Red_and_blue_are_clean_and_a_broken_link_between_them_is_named(string sql, string codes)
    {
        await using TestBody body = await CheckedBody.New();
        IReadOnlyList<long> bundle = await Prepare(body, chart => [new Draft(Expense(chart, "C01", 250).Reversed(Day, "注销"), VoucherKind.Reversal, Corrects: 5),
            new Draft(Expense(chart, "C01", 205), VoucherKind.Correction, Corrects: 5)]);
        await Clear(body);
        await body.Review(bundle[0]);
        await Clear(body);
        await CheckedBody.Plant(body, sql);
        CheckReport report = await CheckedBody.Check(body);
        report.Checks.Single(check => check.Key == "corrections").Faults.Select(fault => fault.Code).Distinct()
            .ShouldBe(codes.Split(' '), ignoreOrder: true, string.Join('\n', CheckedBody.Said(report)));
    }

    [Fact]
    public async Task A_restricted_expense_reversed_and_booked_anew_leaves_its_lots_clean()
    {
        await using TestBody body = await CheckedBody.New();
        IReadOnlyList<long> bundle = await Prepare(body, chart => [new Draft(Expense(chart, "C02", 400).Reversed(Day, "注销"), VoucherKind.Reversal, Corrects: 4),
            new Draft(Expense(chart, "C02", 450), VoucherKind.Correction, Corrects: 4)]);
        await Clear(body);
        await body.Review(bundle[0]);
        await Clear(body);
    }

    [Fact]
    public async Task A_spent_gift_reversed_and_booked_anew_carries_what_was_spent()
    {
        await using TestBody body = await CheckedBody.New();
        await body.Accountant.Run(new WithdrawVoucher(TestBody.Key, 6));
        IReadOnlyList<long> bundle = await Prepare(body, chart => [new Draft(Gift(chart, 300).Reversed(Day, "注销"), VoucherKind.Reversal, Corrects: 3),
            new Draft(Gift(chart, 310), VoucherKind.Correction, Corrects: 3)]);
        await Clear(body);
        await body.Review(bundle[0]);
        await Clear(body);
    }

    [Fact]
    public async Task A_month_that_was_closed_is_clean_and_named_when_somebody_opens_it_again()
    {
        await using TestBody body = await CheckedBody.New();
        await body.Accountant.Run(new CloseMonth(TestBody.Key, 202601));
        await Clear(body);
        await CheckedBody.Plant(body, "update period set closed_at = null, closed_by = null where period = 202601");
        string[] said = [.. CheckedBody.Said(await CheckedBody.Check(body))];
        said.ShouldContain(each => each.Contains("2026-01 was closed at 2026-03-20 10:00 and is open now"));
        said.Length.ShouldBe(2, "the seal of its close names it too");
    }

    private static JournalEntry Expense(Chart chart, string fund, decimal yuan) => JournalEntry.On(Day, "活动物资")
        .Debit(chart["programme-cost"], fund, Amount.Yuan(yuan), new Tags(fund == "C02" ? Restriction.Restricted : Restriction.Unrestricted))
        .Credit(chart[TestBody.Bank], fund, Amount.Yuan(yuan), new Tags(CashFlow: CashFlow.PurchasesPaid)).Balanced();

    private static JournalEntry Gift(Chart chart, decimal yuan) => JournalEntry.On(Day, "捐赠")
        .Debit(chart[TestBody.Bank], "C02", Amount.Yuan(yuan), new Tags(CashFlow: CashFlow.DonationsReceived))
        .Credit(chart["donation-income"], "C02", Amount.Yuan(yuan), new Tags(Restriction.Restricted)).Balanced();

    private static Draft Commitment(Chart chart, int yuan)
    {
        JournalEntry award = JournalEntry.On(Day, "资助承诺").Debit(chart["commitments"], "C01", Amount.Yuan(Math.Abs(yuan)))
            .Credit(chart["commitments-contra"], "C01", Amount.Yuan(Math.Abs(yuan))).Balanced();
        return new Draft(yuan > 0 ? award : award.Reversed(Day, "支付后核减"));
    }

    private static Task<IReadOnlyList<long>> Prepare(TestBody body, Func<Chart, IReadOnlyList<Draft>> drafts) =>
        body.Accountant.Run(new PrepareDrafts(TestBody.Key, drafts));

    private static async Task ClearPost(TestBody body, Func<Chart, IReadOnlyList<Draft>> drafts)
    {
        long voucher = (await Prepare(body, drafts))[0];
        await Clear(body);
        await body.Review(voucher);
        await Clear(body);
    }

    private static async Task Clear(TestBody body) => CheckedBody.Said(await CheckedBody.Check(body)).ShouldBeEmpty();
}
