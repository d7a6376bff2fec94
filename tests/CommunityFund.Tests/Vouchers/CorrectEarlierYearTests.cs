using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Vouchers;

/// <summary>One blue voucher of this year puts right what was wrong in an earlier one.</summary>
public sealed class CorrectEarlierYearTests
{
    [Fact]
    public async Task In_2026_and_later_an_error_of_an_earlier_year_goes_through_3201()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long wrong = await body.PrepareExpense(TestBody.Community, 250);
        await body.Review(wrong);
        body.Clock.Now = Instant.FromUtc(2027, 2, 10, 2, 0);
        LocalDate day = new(2027, 2, 10);
        long blue = await body.Accountant.Run(new CorrectEarlierYear(TestBody.Key, wrong, day, "少记欠款",
        [
            new(Account.Keys.PriorYearAdjustment, TestBody.Community, Side.Debit, Amount.Yuan(30)),
            new("other-payables", TestBody.Community, Side.Credit, Amount.Yuan(30)),
        ]));
        await body.Review(blue);
        (await body.View(blue)).ShouldSatisfyAllConditions(
            view => (view.Kind, view.Series, view.Number).ShouldBe((VoucherKind.Correction, "转", 1)),
            view => view.Narrative.ShouldBe("订正2026年3月5日记-2号凭证：少记欠款"),
            view => view.Lines[0].AccountCode.ShouldBe("3201"),
            view => view.Lines[0].Movement.ShouldBe(MovementKind.PriorYear),
            view => view.Links.Corrects!.VoucherId.ShouldBe(wrong));
        VoucherLinks links = (await body.View(wrong)).Links;
        links.CorrectedBy.Single().VoucherId.ShouldBe(blue);
        links.ReversedBy.ShouldBeNull();
    }

    [Fact]
    public async Task Under_the_standard_of_2004_it_goes_to_net_assets_as_of_the_prior_year()
    {
        await using TestBody body = await TestBody.New();
        (FundSession accountant, FundSession reviewer) = await body.Under2004();
        long wrong = await Posted(accountant, reviewer, new PrepareVoucher(TestBody.Key, new LocalDate(2024, 5, 6), "收捐赠",
        [
            new(Account.Keys.Cash, 1, Side.Debit, Amount.Yuan(500)), new(Account.Keys.DonationIncome, 1, Side.Credit, Amount.Yuan(500)),
        ]));
        long blue = await Posted(accountant, reviewer, new CorrectEarlierYear(TestBody.Key, wrong, new LocalDate(2025, 2, 3), "多记五十元",
        [
            new(Account.Keys.UnrestrictedNetAssets, 1, Side.Debit, Amount.Yuan(50)),
            new(Account.Keys.Cash, 1, Side.Credit, Amount.Yuan(50), CashFlow: CashFlow.OtherPaid.Key),
        ]));
        VoucherView view = await accountant.Ask(new VoucherPage(blue));
        (view.Lines[0].AccountCode, view.Lines[0].Movement).ShouldBe(("3101", MovementKind.PriorYear));
        view.Narrative.ShouldBe("订正2024年5月6日记-1号凭证：多记五十元");
        (await accountant.Ask(new WaysToCorrect(wrong))).Original.Links.CorrectedBy.Single().VoucherId.ShouldBe(blue);
        (await accountant.Net(body, Account.Keys.Cash, 1)).ShouldBe(Amount.Yuan(450));
    }

    [Fact]
    public async Task A_line_of_the_original_may_be_taken_over_with_its_counterparty()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Accountant.Run(new CommunityFund.Donations.RecordDonation(TestBody.Key, TestBody.Community, "张丽",
            PersonKind.Person, Amount.Yuan(20), new LocalDate(2026, 3, 5), TestBody.Bank, Restriction.Unrestricted, "", "捐赠", null));
        await body.Review(gift);
        body.Clock.Now = Instant.FromUtc(2027, 2, 10, 2, 0);
        long blue = await body.Accountant.Run(new CorrectEarlierYear(TestBody.Key, gift, new LocalDate(2027, 2, 10), "应记其他应付款",
        [
            new(Account.Keys.PriorYearAdjustment, TestBody.Community, Side.Debit, Amount.Yuan(20)),
            new("other-payables", TestBody.Community, Side.Credit, Amount.Yuan(20), Origin: 2),
        ]));
        (await body.View(blue)).Lines.Select(line => line.Counterparty).ShouldBe([null, "张丽"]);
    }

    private static async Task<long> Posted(FundSession maker, FundSession reviewer, Command<long> command)
    {
        long voucher = await maker.Run(command);
        await reviewer.Run(new ReviewVoucher(TestBody.Key, voucher));
        return voucher;
    }
}
