using CommunityFund.Books;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Grants.Acquittals;

/// <summary>Under the standard of 2004 what comes back in the gift's own month is bound again where it was freed: on its income account, in red
/// (rulings 17).</summary>
public sealed class OwnMonthTests
{
    [Fact]
    public async Task Money_of_an_expense_that_comes_back_in_the_gifts_own_month_is_red_on_its_income()
    {
        await using TestBody body = await TestBody.New2004();
        PaidNotation paid = await InOneMonth(body, isExpense: true);
        await paid.Announce(1, 800);
        long voucher = await paid.Came(800);
        PostedNumber back = await body.Review(voucher);
        (await BankNotation.Entry(body, back.EntryNo)).ShouldBe(
        [
            "C programme-cost 800.00  ordinary", "D donation-income -800.00 R ordinary", "C donation-income -800.00 U ordinary",
            "D bank.01 800.00  ordinary",
        ]);
        (await paid.Used(TestBody.Children)).ShouldBe([2200]);
        await paid.Grants.ShouldBeClean();

        await body.Review(await body.Reverse(voucher, paid.Today));
        (await paid.Used(TestBody.Children)).ShouldBe([3000]);
        await paid.Grants.ShouldBeClean();

        // The month after, the same money is bound again in net assets.
        body.Clock.Now = Instant.FromUtc(2025, 5, 6, 2, 0);
        back = await body.Review(await paid.Came(800));
        (await BankNotation.Entry(body, back.EntryNo)).ShouldContain("D net-assets-restricted -800.00 R release");
        await paid.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_is_found_not_to_be_allowed_in_the_gifts_own_month_is_red_on_its_income_too()
    {
        await using TestBody body = await TestBody.New2004();
        PaidNotation paid = await InOneMonth(body, isExpense: false);
        PostedNumber cost = await paid.Acquit(1, 2000);
        (await BankNotation.Entry(body, cost.EntryNo)).ShouldBe(
        [
            "D programme-cost 2000.00  ordinary", "C project-advances 2000.00  ordinary", "D donation-income 2000.00 R ordinary",
            "C donation-income 2000.00 U ordinary",
        ]);
        await paid.Grants.Panel.Run(new NoteFinding(PaidNotation.Key, (await paid.Tranche(1)).TrancheId, Amount.Yuan(300), "烟酒，指南禁止", "指南第六条"));
        long demand = await body.Accountant.Run(new DraftDemand(PaidNotation.Key, paid.Grant, await paid.Grants.Version(paid.Grant),
            paid.Today.PlusDays(15), "不合规支出"));
        await paid.Grants.L2.Run(new SignDemand(PaidNotation.Key, demand));
        PostedNumber claimed = await body.Review(await body.Accountant.Run(new PrepareDemand(PaidNotation.Key, demand)));
        (await BankNotation.Entry(body, claimed.EntryNo)).ShouldBe(
        [
            "D project-advances 300.00  ordinary", "C programme-cost 300.00  ordinary", "D donation-income -300.00 R ordinary",
            "C donation-income -300.00 U ordinary", "D recovery-claims 300.00  ordinary", "C project-advances 300.00  ordinary",
        ]);
        (await paid.Used(TestBody.Children)).ShouldBe([1700]);
        await paid.Grants.ShouldBeClean();
    }

    /// <summary>Given, awarded and paid in April.</summary>
    private static async Task<PaidNotation> InOneMonth(TestBody body, bool isExpense)
    {
        body.Clock.Now = Instant.FromUtc(2025, 4, 2, 2, 0);
        AwardNotation grants = await AwardNotation.Of(body, 0, 0);
        await body.Gift(TestBody.Children, 10000, Restriction.Restricted, new LocalDate(2025, 4, 2));
        PaidNotation paid = await PaidNotation.Running(body, isExpense, 5000, 0, grants);
        paid.Today.Month.ShouldBe(4);
        (await paid.State(1)).ShouldBe(TrancheState.Eligible);
        await paid.Pay(1);
        return paid;
    }
}
