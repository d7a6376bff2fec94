using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Vouchers;

/// <summary>What the grid leaves open and the books fill in, and what they refuse, by line.</summary>
public sealed class PreparingVouchersTests
{
    private const string Programme = "programme-cost", Management = "management-expense", Gifts = "donation-income";

    [Theory]
    [InlineData("donation-income", false, "donations-received")]
    [InlineData("service-income", false, "services-received")]
    [InlineData("government-grant-income", false, "subsidies-received")]
    [InlineData("management-expense", true, "other-paid")]
    [InlineData("payroll-payable", true, "staff-paid")]
    [InlineData("fixed-assets", true, "assets-paid")]
    public async Task The_contra_account_tells_the_cash_flow_item_where_it_leaves_no_choice(string contra, bool paid, string item)
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.General, 100, Restriction.Unrestricted);
        VoucherView voucher = await Written(body,
            Row(contra, paid ? Side.Debit : Side.Credit, 100), Row(TestBody.Bank, paid ? Side.Credit : Side.Debit, 100));
        voucher.Lines.Single(line => line.AccountKey == TestBody.Bank).CashFlow.ShouldBe(item);
    }

    [Fact]
    public async Task Programme_cost_leaves_a_choice_so_the_person_is_asked_for_that_line()
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body, Row(Programme, Side.Debit, 10), Row(TestBody.Bank, Side.Credit, 10));
        (no.Code, no.Facts["line"]).ShouldBe((EntryDraft.CashFlowMissing, 2));
    }

    [Fact]
    public async Task Two_contra_accounts_of_different_items_leave_a_choice()
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body,
            Row(TestBody.Bank, Side.Debit, 30), Row(Gifts, Side.Credit, 10), Row("service-income", Side.Credit, 20));
        (no.Code, no.Facts["line"]).ShouldBe((EntryDraft.CashFlowMissing, 1));
    }

    [Fact]
    public async Task A_contra_account_of_another_fund_tells_nothing()
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body,
            Row(TestBody.Bank, Side.Debit, 10), Row("other-payables", Side.Credit, 10),
            Row(TestBody.Bank, Side.Debit, 5, fund: TestBody.Community), Row(Gifts, Side.Credit, 5, fund: TestBody.Community));
        no.Facts["line"].ShouldBe(1);
    }

    [Fact]
    public async Task Between_own_cash_accounts_the_item_is_internal()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.General, 50, Restriction.Unrestricted);
        VoucherView voucher = await Written(body, Row(Account.Keys.Cash, Side.Debit, 50), Row(TestBody.Bank, Side.Credit, 50));
        voucher.Lines.Select(line => line.CashFlow).ShouldBe([CashFlow.Internal.Key, CashFlow.Internal.Key]);
    }

    [Fact]
    public async Task Red_ink_stands_on_the_side_it_undoes_and_keeps_the_items_meaning()
    {
        await using TestBody body = await TestBody.New();
        VoucherView voucher = await Written(body, Row(Management, Side.Debit, -20), Row(TestBody.Bank, Side.Credit, -20));
        voucher.Lines.Select(line => (line.Side, line.Amount)).ShouldBe([(Side.Debit, Amount.Yuan(-20)), (Side.Credit, Amount.Yuan(-20))]);
        voucher.Lines[1].CashFlow.ShouldBe(CashFlow.OtherPaid.Key);
        voucher.Total.ShouldBe(Amount.Yuan(-20));
    }

    [Fact]
    public async Task An_open_restriction_is_the_funds_own_where_the_account_asks_for_one()
    {
        await using TestBody body = await TestBody.New();
        VoucherView voucher = await Written(body,
            Row(TestBody.Bank, Side.Debit, 10, fund: TestBody.Children), Row(Gifts, Side.Credit, 10, fund: TestBody.Children),
            Row(TestBody.Bank, Side.Debit, 5, fund: TestBody.Community), Row(Gifts, Side.Credit, 5, fund: TestBody.Community));
        voucher.Lines.Select(line => line.Restriction).ShouldBe([null, Restriction.Restricted, null, Restriction.Unrestricted]);
    }

    [Fact]
    public async Task A_restriction_where_the_account_has_none_is_refused_rather_than_dropped()
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body, Row(TestBody.Bank, Side.Debit, 10) with { Restriction = Restriction.Restricted }, Row(Gifts, Side.Credit, 10));
        (no.Code, no.Facts["line"]).ShouldBe((WrittenEntry.RestrictionMisplaced, 1));
    }

    [Theory]
    [InlineData("commitments", WrittenLine.MemorandumByHand)]
    [InlineData("agency-liabilities", WrittenLine.AgencyFund)]
    [InlineData("bank", Chart.HasSubAccounts)]
    [InlineData("no-such-account", Chart.UnknownAccount)]
    public async Task An_account_that_no_hand_may_write_there_is_refused_by_line(string account, string code)
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body, Row(Management, Side.Debit, 10), Row(account, Side.Credit, 10));
        (no.Code, no.Facts["line"]).ShouldBe((code, 2));
    }

    [Fact]
    public async Task What_is_not_held_for_others_stays_out_of_the_agency_fund()
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body, Row(Management, Side.Debit, 10, fund: TestBody.Agency), Row("other-payables", Side.Credit, 10, fund: TestBody.Agency));
        no.Code.ShouldBe(WrittenLine.AgencyFund);
    }

    [Fact]
    public async Task A_line_of_zero_is_refused()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(body, Row(Management, Side.Debit, 0), Row("other-payables", Side.Credit, 0))).Code.ShouldBe(WrittenLine.AmountZero);
    }

    [Theory]
    [InlineData("opening")]
    [InlineData("no-such-item")]
    public async Task A_cash_flow_item_that_is_not_for_hands_is_refused(string item)
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body, Row(TestBody.Bank, Side.Debit, 10) with { CashFlow = item }, Row(Gifts, Side.Credit, 10));
        no.Code.ShouldBe(WrittenEntry.UnknownCashFlow);
    }

    [Fact]
    public async Task An_unbalanced_fund_is_named_with_its_difference_though_the_whole_balances()
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body,
            Row(TestBody.Bank, Side.Debit, 10) with { CashFlow = CashFlow.DonationsReceived.Key }, Row(Gifts, Side.Credit, 10, fund: TestBody.Community));
        no.Code.ShouldBe(JournalEntry.Unbalanced);
        no.Facts["difference"].ShouldBe(Amount.Yuan(10));
        no.Facts["fund"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Net_assets_move_by_hand_for_some_reasons_only_and_nothing_else_has_one()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 10, Restriction.Restricted);
        VoucherRow down = Row(Account.Keys.RestrictedNetAssets, Side.Debit, 10, TestBody.Children);
        VoucherRow up = Row(Account.Keys.UnrestrictedNetAssets, Side.Credit, 10, TestBody.Children);
        (await Refused(body, down, up)).Code.ShouldBe(EntryDraft.MovementMissing);
        (await Refused(body, down with { Movement = MovementKind.Close }, up)).Code.ShouldBe(WrittenEntry.MovementByHand);
        (await Refused(body, Row(Management, Side.Debit, 1) with { Movement = MovementKind.Release }, Row("other-payables", Side.Credit, 1)))
            .Code.ShouldBe(WrittenEntry.MovementByHand);
        (await Refused(body, down with { Movement = MovementKind.Transfer }, up with { Movement = MovementKind.Transfer }))
            .Code.ShouldBe(WrittenEntry.TransferByHand);
        await Written(body, down with { Movement = MovementKind.Release }, up with { Movement = MovementKind.Release });
    }

    [Fact]
    public async Task Every_fund_of_a_voucher_must_be_reached_by_its_accountant()
    {
        await using TestBody body = await TestBody.New();
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, 3, Role.Accountant, TestBody.Children, new LocalDate(2026, 1, 1), null));
        VoucherRow[] own = [Row(TestBody.Bank, Side.Debit, 10, TestBody.Children), Row(Gifts, Side.Credit, 10, TestBody.Children)];
        VoucherRow[] other = [Row(TestBody.Bank, Side.Debit, 5, TestBody.Community), Row(Gifts, Side.Credit, 5, TestBody.Community)];
        await body.FinanceOfficer.Run(Voucher(own));
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.FinanceOfficer.Run(Voucher([.. own, .. other])));
        no.Refusal.Code.ShouldBe(Need.OutsideFund);
        (await body.FinanceOfficer.Ask(new ChoicesOn(null))).Funds.Select(fund => fund.FundId).ShouldBe([TestBody.Children]);
    }

    [Fact]
    public async Task The_same_grid_sent_twice_is_one_voucher()
    {
        await using TestBody body = await TestBody.New();
        PrepareVoucher form = Voucher([Row(TestBody.Bank, Side.Debit, 10), Row(Gifts, Side.Credit, 10)]);
        long first = await body.Accountant.Run(form);
        (await body.Accountant.Run(form)).ShouldBe(first);
        (await body.Accountant.Ask(new VoucherList(null, null, 1))).Total.ShouldBe(1);
    }

    [Fact]
    public async Task Signs_that_a_database_cannot_keep_do_not_break_the_writing()
    {
        await using TestBody body = await TestBody.New();
        PrepareVoucher form = Voucher([Row(TestBody.Bank, Side.Debit, 10) with { Narrative = "一\0二" }, Row(Gifts, Side.Credit, 10)]);
        long voucher = await body.Accountant.Run(form with { Narrative = "=cmd\0<b>" });
        (await body.Accountant.Ask(new VoucherPage(voucher))).Narrative.ShouldBe("=cmd<b>");
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "缺\0发票"));
        (await body.Accountant.Ask(new VoucherPage(voucher))).Reason.ShouldBe("缺发票");
    }

    private static VoucherRow Row(string account, Side side, decimal yuan, int fund = TestBody.General) =>
        new(account, fund, side, Amount.Yuan(yuan));

    private static PrepareVoucher Voucher(IReadOnlyList<VoucherRow> rows) => new(TestBody.Key, new LocalDate(2026, 3, 5), "测试", rows);

    private static async Task<VoucherView> Written(TestBody body, params VoucherRow[] rows) =>
        await body.Accountant.Ask(new VoucherPage(await body.Accountant.Run(Voucher(rows))));

    private static async Task<Refusal> Refused(TestBody body, params VoucherRow[] rows) =>
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(Voucher(rows)))).Refusal;
}
