using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.Vouchers;

public sealed class CorrectVoucherTests
{
    private static readonly LocalDate Fifth = new(2026, 3, 5);

    [Fact]
    public async Task A_reversal_is_the_same_lines_in_red_with_all_that_they_carry()
    {
        await using TestBody body = await TestBody.New();
        long gift = await GiftOf(body, "张丽", 200, Restriction.Restricted, TestBody.Children, "只用于暑期绘画班");
        long red = await body.Reverse(gift);
        (await body.Carried(red)).ShouldBe((await body.Carried(gift)).Select(line => line.Replace(" 200.00 ", " -200.00 ", StringComparison.Ordinal)));
        (await body.Carried(red))[1].ShouldContain("只用于暑期绘画班");
        (await body.View(red)).ShouldSatisfyAllConditions(
            view => view.Kind.ShouldBe(VoucherKind.Reversal),
            view => view.Narrative.ShouldBe("注销3月5日记-1号凭证：金额录错"),
            view => view.Lines.ShouldAllBe(line => line.Narrative == view.Narrative),
            view => view.Links.Corrects!.VoucherId.ShouldBe(gift),
            view => view.Total.ShouldBe(Amount.Yuan(-200)));
    }

    [Fact]
    public async Task A_reversed_gift_leaves_no_money_and_stays_in_the_register_marked()
    {
        await using TestBody body = await TestBody.New();
        long gift = await GiftOf(body, "张丽", 200);
        PostedNumber red = await body.Review(await body.Reverse(gift));
        (red.Series, red.Number).ShouldBe(("记", 2));
        (await body.Numbers(TestBody.Community)).OwnCash.ShouldBe(Amount.Fen(0));
        await using FundDb db = body.Db();
        (await db.Set<Donation>().SingleAsync()).State.ShouldBe(DonationState.Reversed);
    }

    [Fact]
    public async Task The_bank_line_of_a_reversed_gift_is_to_do_again()
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line("03-05,200.00,,,王梅,捐赠");
        long gift = await body.Accountant.Run(BankNotation.Donation(line, TestBody.Community, 200, "王梅"));
        await body.Review(gift);
        long red = await body.Reverse(gift, reason: "记错基金");
        (await body.Stage(line)).ShouldBe(LineStage.Posted);
        await body.Review(red);
        (await body.Stage(line)).ShouldBe(LineStage.ToDo);
        await body.Review(await body.Accountant.Run(BankNotation.Donation(line, TestBody.General, 200, "王梅")));
        (await body.Stage(line)).ShouldBe(LineStage.Posted);
    }

    [Fact]
    public async Task Red_and_blue_are_one_bundle_that_is_posted_by_one_review()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long wrong = await Expense(body, 250);
        long blue = await body.Correct(wrong, await Rewritten(body, wrong, 520));
        IReadOnlyList<VoucherView> bundle = await body.Reviewer.Ask(new VoucherBundle(blue));
        bundle.Select(view => (view.Kind, view.MayReview)).ShouldBe([(VoucherKind.Reversal, true), (VoucherKind.Correction, true)]);
        (await body.Reviewer.Ask(new NextWaiting())).ShouldBe(new Waiting(bundle[0].VoucherId, 1));
        (await body.Reviewer.Ask(new WaitingForMe())).ToReview.Count.ShouldBe(1);
        await body.Review(bundle[0].VoucherId);
        (await body.View(blue)).ShouldSatisfyAllConditions(
            view => view.State.ShouldBe(VoucherState.Posted),
            view => view.Narrative.ShouldBe("订正3月5日记-2号凭证：金额录错"),
            view => (view.Series, view.Number).ShouldBe(("记", 4)));
        (await body.Numbers(TestBody.Community)).OwnCash.ShouldBe(Amount.Yuan(480));
        (await body.Accountant.Net(body, "programme-cost", TestBody.Community)).ShouldBe(Amount.Yuan(520));
    }

    [Fact]
    public async Task Sent_back_or_withdrawn_both_go_and_the_original_may_be_corrected_again()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long wrong = await Expense(body, 250);
        long first = await body.Correct(wrong, await Rewritten(body, wrong, 520));
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, first, "附上发票"));
        (await body.View(first)).Links.Together.ShouldAllBe(link => link.State == VoucherState.Rejected);
        (await body.View(first)).MayCopy.ShouldBeTrue();
        long second = await body.Correct(wrong, await Rewritten(body, wrong, 520));
        await body.Accountant.Run(new WithdrawVoucher(TestBody.Key, second));
        (await body.View(wrong)).Links.CorrectedBy.ShouldBeEmpty();
        await body.Review(await body.Correct(wrong, await Rewritten(body, wrong, 520)));
    }

    [Fact]
    public async Task What_the_red_gives_back_the_blue_may_take()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long wrong = await Expense(body, 1000);
        await body.Review(await body.Correct(wrong, await Rewritten(body, wrong, 999)));
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(1));
    }

    [Fact]
    public async Task A_line_left_as_it_was_keeps_its_donor_and_the_donors_words_though_the_grid_shows_neither()
    {
        await using TestBody body = await TestBody.New();
        long gift = await GiftOf(body, "张丽", 200, Restriction.Restricted, TestBody.Children, "只用于暑期绘画班");
        VoucherRow[] rows = await body.RowsOf(gift);
        long blue = await body.Correct(gift, [rows[0] with { Amount = Amount.Yuan(300) }, rows[1] with { Amount = Amount.Yuan(300) }]);
        (await body.Carried(blue)).ShouldBe((await body.Carried(gift)).Select(line => line.Replace(" 200.00 ", " 300.00 ", StringComparison.Ordinal)));
        await body.Review(blue);
        await using FundDb db = body.Db();
        (await db.RestrictedLots().OrderBy(lot => lot.LotId).LastAsync()).ShouldSatisfyAllConditions(
            lot => lot.Clause.ShouldBe("只用于暑期绘画班"), lot => lot.CounterpartyId.ShouldNotBeNull(), lot => lot.Units.ShouldBe(30000));
    }

    [Fact]
    public async Task A_gift_moved_to_another_fund_keeps_its_donor_and_leaves_the_words_of_the_fund_behind()
    {
        await using TestBody body = await TestBody.New();
        long gift = await GiftOf(body, "张丽", 200, Restriction.Restricted, TestBody.Children);
        VoucherRow[] rows = await body.RowsOf(gift);
        long blue = await body.Correct(gift,
            [rows[0] with { Fund = TestBody.General }, rows[1] with { Fund = TestBody.General, Restriction = Restriction.Unrestricted }]);
        VoucherViewLine income = (await body.View(blue)).Lines[1];
        (income.Counterparty, income.Clause).ShouldBe(("张丽", ""));
    }

    [Fact]
    public async Task A_gift_that_is_spent_in_part_is_written_anew_and_what_is_spent_stays_spent()
    {
        await using TestBody body = await TestBody.New();
        long gift = await GiftOf(body, "张丽", 200, Restriction.Restricted, TestBody.Children);
        await body.Review(await body.PrepareExpense(TestBody.Children, 150));
        VoucherRow[] rows = [.. (await body.RowsOf(gift)).Select(row => row with { Amount = Amount.Yuan(180) })];
        await body.Review(await body.Correct(gift, rows));
        (await body.Numbers(TestBody.Children)).Available.ShouldBe(Amount.Yuan(30));
        await using FundDb db = body.Db();
        GiftLot lot = await db.RestrictedLots().OrderBy(row => row.LotId).LastAsync();
        (lot.Units, lot.Used, lot.Reserved).ShouldBe((18000, 15000, 0));
    }

    [Fact]
    public async Task A_gift_written_anew_stands_anew_in_the_register_as_the_blue_voucher_says_it()
    {
        await using TestBody body = await TestBody.New();
        long gift = await GiftOf(body, "张丽", 200);
        VoucherRow[] rows = await body.RowsOf(gift);
        long blue = await body.Correct(gift,
        [
            rows[0] with { Amount = Amount.Yuan(120) }, rows[1] with { Amount = Amount.Yuan(120) },
            rows[0] with { Amount = Amount.Yuan(80), Fund = TestBody.Children },
            rows[1] with { Amount = Amount.Yuan(80), Fund = TestBody.Children, Restriction = Restriction.Restricted },
        ]);
        await Register(body, "200.00 Accepted", "120.00 Waiting", "80.00 Waiting");
        await body.Review(blue);
        await Register(body, "200.00 Reversed", "120.00 Accepted", "80.00 Accepted");
        await body.Review(await body.Reverse(blue));
        await Register(body, "200.00 Reversed", "120.00 Reversed", "80.00 Reversed");
        await using FundDb db = body.Db();
        (await db.Set<Donation>().OrderBy(row => row.DonationId).LastAsync()).ShouldSatisfyAllConditions(
            row => row.VoucherId.ShouldBe(blue), row => row.FundId.ShouldBe(TestBody.Children), row => row.ReceivedOn.ShouldBe(Fifth),
            row => row.Clause.ShouldBe("仅用于社区儿童活动"), row => row.DonorId.ShouldNotBeNull());
    }

    [Fact]
    public async Task A_row_written_new_carries_nothing_of_the_original()
    {
        await using TestBody body = await TestBody.New();
        long gift = await GiftOf(body, "张丽", 200);
        VoucherRow[] rows = await body.RowsOf(gift);
        long blue = await body.Correct(gift, [rows[0], rows[1] with { Origin = null }]);
        (await body.View(blue)).Lines[1].Counterparty.ShouldBeNull();
    }

    [Fact]
    public async Task All_three_vouchers_speak_of_each_other()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long wrong = await Expense(body, 250);
        long blue = await body.Correct(wrong, await Rewritten(body, wrong, 520));
        (await body.View(wrong)).Links.Waiting.Select(link => link.Kind).ShouldBe([VoucherKind.Reversal, VoucherKind.Correction]);
        await body.Review(blue);
        VoucherLinks of = (await body.View(wrong)).Links;
        (of.ReversedBy!.Series, of.ReversedBy.Number, of.ReversedBy.OccurredOn).ShouldBe(("记", 3, Today));
        of.CorrectedBy.Select(link => link.Number).ShouldBe([3, 4]);
        (await body.View(blue)).Links.Corrects!.Number.ShouldBe(2);
        VoucherItem[] listed = [.. (await body.FinanceOfficer.Ask(new VoucherList(VoucherState.Posted, null, 1))).Items];
        listed.Single(item => item.VoucherId == wrong).Links.ReversedBy.ShouldNotBeNull();
        listed.Single(item => item.VoucherId == blue).Links.Corrects!.VoucherId.ShouldBe(wrong);
        listed.Single(item => item.VoucherId == blue).Links.Together.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_blue_voucher_that_is_wrong_too_is_corrected_like_any_other()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long wrong = await Expense(body, 250);
        long blue = await body.Correct(wrong, await Rewritten(body, wrong, 520));
        await body.Review(blue);
        await body.Review(await body.Correct(blue, await Rewritten(body, blue, 502)));
        (await body.Accountant.Net(body, "programme-cost", TestBody.Community)).ShouldBe(Amount.Yuan(502));
    }

    [Fact]
    public async Task Red_and_blue_on_a_bank_line_leave_the_line_with_the_blue()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long line = await body.Line("03-05,,150.00,,文具店,采购");
        long wrong = await body.Accountant.Run(BankNotation.Expense(line, TestBody.Community, 150));
        await body.Review(wrong);
        VoucherRow[] rows = await body.RowsOf(wrong);
        long blue = await body.Correct(wrong, [rows[0] with { Account = Account.Keys.ManagementExpense }, rows[1]], reason: "科目用错");
        await body.Review(blue);
        (await body.Accountant.Ask(new BankLinePage(line))).ShouldSatisfyAllConditions(
            view => view.Stage.ShouldBe(LineStage.Posted), view => view.VoucherId.ShouldBe(blue));
    }

    [Fact]
    public async Task The_same_form_sent_twice_reverses_once()
    {
        await using TestBody body = await TestBody.New();
        ReverseVoucher form = new(TestBody.Key, await GiftOf(body, "", 5), Today, "重复入账");
        long red = await body.Accountant.Run(form);
        (await body.Accountant.Run(form)).ShouldBe(red);
        await using FundDb db = body.Db();
        (await db.Set<CommandLog>().Select(row => row.Input).ToListAsync()).ShouldAllBe(input => !input.Contains("重复入账"));
    }

    private static async Task<long> GiftOf(TestBody body, string donor, decimal yuan,
        Restriction restriction = Restriction.Unrestricted, int fund = TestBody.Community, string clause = "")
    {
        long voucher = await body.Accountant.Run(new RecordDonation(TestBody.Key, fund, donor, PersonKind.Person, Amount.Yuan(yuan),
            Fifth, TestBody.Bank, restriction, clause, "捐赠", null));
        await body.Review(voucher);
        return voucher;
    }

    private static async Task Register(TestBody body, params string[] expected)
    {
        await using FundDb db = body.Db();
        (await db.Set<Donation>().OrderBy(row => row.DonationId).ToListAsync()).Select(row => $"{Amount.Fen(row.Units)} {row.State}").ShouldBe(expected);
    }

    private static async Task<long> Expense(TestBody body, decimal yuan)
    {
        long voucher = await body.PrepareExpense(TestBody.Community, yuan);
        await body.Review(voucher);
        return voucher;
    }

    private static async Task<VoucherRow[]> Rewritten(TestBody body, long voucher, decimal yuan) =>
        [.. (await body.RowsOf(voucher)).Select(row => row with { Amount = Amount.Yuan(yuan) })];
}
