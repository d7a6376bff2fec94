using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Periods;
using CommunityFund.Vouchers;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.Vouchers;

/// <summary>When a voucher cannot be put right in the way that was chosen, and what the person is told.</summary>
public sealed class CorrectRefusalTests
{
    [Fact]
    public async Task Only_a_posted_voucher_is_corrected()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        long waiting = await body.PrepareExpense(TestBody.Community, 10);
        await EveryWay(body, waiting, PostedVoucher.NotPosted);
        await body.Accountant.Run(new WithdrawVoucher(TestBody.Key, waiting));
        (await RefusalOf(() => body.Reverse(waiting))).Facts["state"].ShouldBe(Term.Of(VoucherState.Withdrawn));
        (await RefusalOf(() => body.Reverse(999))).Code.ShouldBe(WaitingVoucher.Unknown);
    }

    [Fact]
    public async Task A_reversal_stays_and_what_it_undid_is_not_undone_again()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        long red = await body.Reverse(gift);
        Refusal waits = await RefusalOf(() => body.Reverse(gift));
        (waits.Code, waits.Facts["on"]).ShouldBe((PostedVoucher.AlreadyWaiting, Today));
        await body.Review(red);
        await EveryWay(body, red, PostedVoucher.IsReversal);
        await EveryWay(body, gift, PostedVoucher.AlreadyReversed);
        Refusal done = await RefusalOf(() => body.Reverse(gift));
        (done.Facts["series"], done.Facts["number"], done.Facts["on"]).ShouldBe((new Series("记"), 2, Today));
    }

    [Fact]
    public async Task Opening_balances_are_corrected_by_an_ordinary_voucher()
    {
        await using TestBody body = await TestBody.New();
        long opening = await body.Accountant.Run(new EnterOpening(TestBody.Key,
        [
            new(TestBody.Bank, TestBody.Community, Side.Debit, Amount.Yuan(100)),
            new(Account.Keys.UnrestrictedNetAssets, TestBody.Community, Side.Credit, Amount.Yuan(100)),
        ]));
        await body.Review(opening);
        await EveryWay(body, opening, PostedVoucher.IsOpening);
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, Today, "期初银行存款少录",
        [
            new(TestBody.Bank, TestBody.Community, Side.Debit, Amount.Yuan(9), CashFlow: CashFlow.OtherReceived.Key),
            new(Account.Keys.UnrestrictedNetAssets, TestBody.Community, Side.Credit, Amount.Yuan(9), Movement: MovementKind.PriorYear),
        ])));
    }

    [Fact]
    public async Task Red_lies_in_the_originals_year_and_one_blue_alone_in_a_later_one()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        VoucherRow[] rows = await body.RowsOf(gift);
        Refusal early = await RefusalOf(() => Blue(body, gift, rows));
        (early.Code, early.Facts["year"]).ShouldBe((PostedVoucher.OfThisYear, 2026));
        body.Clock.Now = Instant.FromUtc(2027, 1, 15, 2, 0);
        Refusal late = await RefusalOf(() => body.Reverse(gift, new LocalDate(2027, 1, 15)));
        (late.Code, late.Facts["year"], late.Facts["chosen"]).ShouldBe((PostedVoucher.OfEarlierYear, 2026, 2027));
        (await RefusalOf(() => body.Correct(gift, rows, new LocalDate(2027, 1, 15)))).Code.ShouldBe(PostedVoucher.OfEarlierYear);
        CorrectionWays ways = await body.Accountant.Ask(new WaysToCorrect(gift));
        (ways.RedDay, ways.NoRed, ways.BlueDay, ways.NoBlueAlone)
            .ShouldBe((new LocalDate(2026, 12, 31), null, new LocalDate(2027, 1, 15), null));
        await body.Review(await body.Reverse(gift, ways.RedDay));
    }

    [Fact]
    public async Task A_correction_comes_neither_before_its_original_nor_without_a_reason_nor_from_the_future()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        (await RefusalOf(() => body.Reverse(gift, new LocalDate(2026, 3, 1)))).Code.ShouldBe(PostedVoucher.BeforeOriginal);
        (await RefusalOf(() => body.Reverse(gift, reason: " \u202e "))).Code.ShouldBe(PostedVoucher.ReasonMissing);
        (await RefusalOf(() => body.Reverse(gift, reason: new string('长', 101)))).Code.ShouldBe(PostedVoucher.ReasonMissing);
        (await RefusalOf(() => body.Reverse(gift, new LocalDate(2026, 3, 21)))).Code.ShouldBe(VoucherWriter.InTheFuture);
        await body.Reverse(gift, reason: new string('长', 100));
    }

    [Fact]
    public async Task A_closed_month_takes_no_correction_and_the_first_open_day_is_offered()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted, new LocalDate(2026, 2, 10));
        await body.Close(202601, 202602);
        Refusal no = await RefusalOf(() => body.Reverse(gift, new LocalDate(2026, 2, 15)));
        (no.Code, no.Facts["open"]).ShouldBe((Work.MonthClosed, new LocalDate(2026, 3, 1)));
        (await body.Accountant.Ask(new WaysToCorrect(gift))).RedDay.ShouldBe(Today);
        await body.Review(await body.Reverse(gift, new LocalDate(2026, 3, 1)));
    }

    [Fact]
    public async Task A_blue_voucher_that_says_the_same_corrects_nothing()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        VoucherRow[] rows = await body.RowsOf(gift);
        (await RefusalOf(() => body.Correct(gift, rows))).Code.ShouldBe(CorrectVoucher.NothingChanged);
        (await RefusalOf(() => body.Correct(gift, [rows[0], rows[1] with { Amount = Amount.Yuan(99) }]))).Code.ShouldBe(JournalEntry.Unbalanced);
    }

    [Fact]
    public async Task An_accountant_corrects_where_the_role_reaches_every_fund_of_both_vouchers()
    {
        await using TestBody body = await TestBody.New();
        await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.Accountant, TestBody.Community, new LocalDate(2026, 1, 1), null));
        long gift = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted), other = await body.Gift(TestBody.Children, 1, Restriction.Unrestricted);
        VoucherRow[] rows = await body.RowsOf(gift);
        (await RefusalOf(() => body.FinanceOfficer.Run(new ReverseVoucher(TestBody.Key, other, Today, "错")))).Code.ShouldBe(Need.OutsideFund);
        (await RefusalOf(() => body.FinanceOfficer.Run(new CorrectVoucher(TestBody.Key, gift, Today, "错",
            [.. rows.Select(row => row with { Fund = TestBody.Children })])))).Code.ShouldBe(Need.OutsideFund);
        (await body.FinanceOfficer.Ask(new VoucherPage(gift))).MayCorrect.ShouldBeTrue();
        (await body.FinanceOfficer.Ask(new VoucherPage(other))).MayCorrect.ShouldBeFalse();
        (await RefusalOf(() => body.Reviewer.Run(new ReverseVoucher(TestBody.Key, gift, Today, "错")))).Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task Two_accountants_at_once_reverse_a_voucher_once()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        Task<long>[] both = [Task.Run(() => body.Reverse(gift)), Task.Run(() => body.Reverse(gift))];
        await Task.WhenAll(both.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        both.Count(task => task.IsCompletedSuccessfully).ShouldBe(1);
        ((RefusedException)both.Single(task => task.IsFaulted).Exception!.InnerException!).Refusal.Code
            .ShouldBeOneOf(PostedVoucher.AlreadyWaiting, ConstraintRefusal.OneReversal);
    }

    private static Task<long> Blue(TestBody body, long voucher, IReadOnlyList<VoucherRow> rows) =>
        body.Accountant.Run(new CorrectEarlierYear(TestBody.Key, voucher, Today, "上年错", rows));

    private static async Task EveryWay(TestBody body, long voucher, string code)
    {
        VoucherRow[] rows = await body.RowsOf(voucher);
        (await RefusalOf(() => body.Reverse(voucher))).Code.ShouldBe(code);
        (await RefusalOf(() => body.Correct(voucher, rows))).Code.ShouldBe(code);
        (await RefusalOf(() => Blue(body, voucher, rows))).Code.ShouldBe(code);
        CorrectionWays ways = await body.Accountant.Ask(new WaysToCorrect(voucher));
        (ways.NoRed!.Code, ways.NoBlueAlone!.Code).ShouldBe((code, code));
    }
}
