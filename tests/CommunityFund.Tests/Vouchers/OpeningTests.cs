using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Vouchers;

public sealed class OpeningTests
{
    private const string Unrestricted = Account.Keys.UnrestrictedNetAssets, Restricted = Account.Keys.RestrictedNetAssets;

    [Theory]
    [InlineData("donation-income", EnterOpening.NotBalanceSheet)]
    [InlineData("programme-cost", EnterOpening.NotBalanceSheet)]
    [InlineData("commitments", WrittenLine.MemorandumByHand)]
    [InlineData("agency-liabilities", WrittenLine.AgencyFund)]
    [InlineData("bank", Chart.HasSubAccounts)]
    [InlineData("no-such-account", Chart.UnknownAccount)]
    public async Task An_account_without_an_opening_balance_is_refused_by_line(string account, string code)
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body, Row(TestBody.Bank, Side.Debit, 10), Row(account, Side.Credit, 10));
        (no.Code, no.Facts["line"]).ShouldBe((code, 2));
    }

    [Fact]
    public async Task An_account_has_one_opening_balance_in_a_fund()
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body, Row(TestBody.Bank, Side.Debit, 10), Row(Unrestricted, Side.Credit, 30), Row(TestBody.Bank, Side.Debit, 20));
        (no.Code, no.Facts["line"]).ShouldBe((EnterOpening.Twice, 3));
    }

    [Fact]
    public async Task Every_fund_balances_for_itself()
    {
        await using TestBody body = await TestBody.New();
        Refusal no = await Refused(body, Row(TestBody.Bank, Side.Debit, 10, TestBody.Children), Row(Unrestricted, Side.Credit, 10));
        (no.Code, no.Facts["difference"]).ShouldBe((JournalEntry.Unbalanced, Amount.Yuan(10)));
    }

    [Theory]
    [InlineData(0, WrittenLine.AmountZero)]
    [InlineData(-10, EntryDraft.NotPositive)]
    public async Task A_balance_is_above_zero_on_its_side(int yuan, string code)
    {
        await using TestBody body = await TestBody.New();
        (await Refused(body, Row(TestBody.Bank, Side.Debit, yuan), Row(Unrestricted, Side.Credit, yuan))).Code.ShouldBe(code);
    }

    [Fact]
    public async Task One_may_see_whether_it_is_entered_waiting_or_posted()
    {
        await using TestBody body = await TestBody.New();
        (await body.FinanceOfficer.Ask(new OpeningState())).ShouldBe(new Opening(new LocalDate(2026, 1, 1), null, null));
        long first = await body.Accountant.Run(Entered(Row(TestBody.Bank, Side.Debit, 10), Row(Unrestricted, Side.Credit, 10)));
        (await body.FinanceOfficer.Ask(new OpeningState())).Voucher!.State.ShouldBe(VoucherState.Prepared);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, first, "与上年报表不符"));
        (await body.Accountant.Ask(new OpeningState())).ShouldBe(new Opening(new LocalDate(2026, 1, 1), null, first));
        (await body.FinanceOfficer.Ask(new OpeningState())).Dropped.ShouldBeNull();
        await body.Review(await body.Accountant.Run(Entered(
            Row(TestBody.Bank, Side.Debit, 20, TestBody.Children), Row(Restricted, Side.Credit, 20, TestBody.Children))));
        (await body.Accountant.Ask(new OpeningState())).Voucher.ShouldBeOfType<VoucherItem>().State.ShouldBe(VoucherState.Posted);
    }

    private static OpeningRow Row(string account, Side side, decimal yuan, int fund = TestBody.General) => new(account, fund, side, Amount.Yuan(yuan));

    private static EnterOpening Entered(params OpeningRow[] rows) => new(TestBody.Key, rows);

    private static async Task<Refusal> Refused(TestBody body, params OpeningRow[] rows) =>
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(Entered(rows)))).Refusal;
}
