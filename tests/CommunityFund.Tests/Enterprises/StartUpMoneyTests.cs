using CommunityFund.Books;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.PublicMoney;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Enterprises;

public sealed class StartUpMoneyTests
{
    private static readonly LocalDate January = new(2026, 1, 1), Given = new(2026, 3, 10);

    [Fact]
    public async Task Money_of_the_government_or_bound_by_donors_is_not_invested_and_other_money_comes_back_by_its_plan()
    {
        await using TestBody body = await TestBody.New();
        long enterprise = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, January));
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Received(await body.Contract(2000, TestBody.Community));
        await body.Received(await body.Contract(300, TestBody.Community, restriction: Restriction.Restricted));

        Refusal refused = await BankNotation.RefusalOf(() => body.Accountant.Run(Invest(enterprise, 1500)));
        (refused.Code, refused.Facts["available"]).ShouldBe(("database.investment-not-free", Amount.Yuan(1000)));
        (await BankNotation.RefusalOf(() => body.Accountant.Run(Invest(enterprise, 800) with { Plan = [] }))).Code.ShouldBe(GiveStartUpMoney.BadPlan);

        PostedNumber given = await body.Review(await body.Accountant.Run(Invest(enterprise, 800)));
        (await BankNotation.Entry(body, given.EntryNo)).ShouldBe(["D long-term-equity-investments 800.00  ordinary", "C bank.01 800.00  ordinary"]);
        PostedNumber back = await body.Came("HS", "03-19", 400);
        (await BankNotation.Entry(body, back.EntryNo)).ShouldBe(["C long-term-equity-investments 400.00  ordinary", "D bank.01 400.00  ordinary"]);
        FundingRow shown = (await body.Accountant.Ask(new EnterprisePage(enterprise))).Fundings.Single(row => row.State == VoucherState.Posted);
        shown.Plan.Select(step => step.HasCome).ShouldBe([true, false]);
    }

    [Fact]
    public async Task The_equity_method_takes_a_years_share_once_and_the_cost_method_takes_none()
    {
        await using TestBody body = await TestBody.New();
        long own = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, January, Influence.Control, stakePpm: 300_000));
        long other = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, January), "清河洗衣坊");
        body.Clock.Now = Instant.FromUtc(2027, 1, 20, 2, 0);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new RecordEquityShare(TestBody.Key, other, 2026, Amount.Yuan(1000))))).Code
            .ShouldBe(RecordEquityShare.CostMethod);
        PostedNumber share = await body.Review(await body.Accountant.Run(new RecordEquityShare(TestBody.Key, own, 2026, Amount.Yuan(1000.01m))));
        (await BankNotation.Entry(body, share.EntryNo)).ShouldBe(["D long-term-equity-investments 300.00  ordinary", "C investment-income 300.00 U ordinary"]);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new RecordEquityShare(TestBody.Key, own, 2026, Amount.Yuan(5))))).Code
            .ShouldBe("database.equity-share-twice");
    }

    [Fact]
    public async Task Sales_that_promise_a_part_have_their_agreement_before_they_begin_and_are_published_after_they_end()
    {
        await using TestBody body = await TestBody.New();
        long enterprise = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, January));
        LocalDate starts = new(2026, 4, 1), ends = new(2026, 4, 30);
        OpenSalesPledge asked = new(TestBody.Key, enterprise, "每卖一箱牛奶捐一元", "每箱 1 元", TestBody.Community, "XS-2026-04", new LocalDate(2026, 3, 18), starts, ends);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(asked))).Code.ShouldBe(OpenSalesPledge.AgreementFirst);
        OpenSalesPledge papered = asked with { Key = TestBody.Key, Papers = [await body.Paper()] };
        (await BankNotation.RefusalOf(() => body.Accountant.Run(papered with { Key = TestBody.Key, AgreedOn = new LocalDate(2026, 4, 2) }))).Code
            .ShouldBe(OpenSalesPledge.AgreementFirst);
        long pledge = await body.Accountant.Run(papered);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new DisclosePledge(TestBody.Key, pledge, new LocalDate(2026, 3, 19), "公众号")))).Code
            .ShouldBe(DisclosePledge.NotYet);
        body.Clock.Now = Instant.FromUtc(2026, 6, 5, 2, 0);
        PledgeRow task = (await body.Accountant.Ask(new EnterpriseList())).Pledges.Single();
        (task.MustDisclose, task.IsLate).ShouldBe((true, true));
        await body.Accountant.Run(new DisclosePledge(TestBody.Key, pledge, new LocalDate(2026, 6, 4), "慈善中国平台"));
        (await body.Accountant.Ask(new EnterpriseList())).Pledges.Single().MustDisclose.ShouldBeFalse();
    }

    private static GiveStartUpMoney Invest(long enterprise, decimal yuan) => new(
        TestBody.Key, enterprise, FundingKind.Investment, Amount.Yuan(yuan), TestBody.Community, Given, TestBody.Bank, Restriction.Unrestricted,
        "理事会 2026 年第 2 次会议决议一",
        [new RecoveryStep(new LocalDate(2026, 3, 15), Amount.Yuan(yuan / 2)), new RecoveryStep(new LocalDate(2026, 9, 10), Amount.Yuan(yuan / 2))]);

    [Fact]
    public async Task Shares_and_dividends_move_the_investment_in_the_fund_that_really_holds_it_and_are_recorded_anew_after_a_reversal()
    {
        await using TestBody body = await TestBody.New();
        long enterprise = await body.Enterprise(EnterpriseNotation.Share(TestBody.General, January, Influence.Control, stakePpm: 300_000));
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Gift(TestBody.General, 1000, Restriction.Unrestricted);
        long invested = await body.Accountant.Run(Invest(enterprise, 800));
        await body.Review(invested);
        VoucherRow[] more = [.. (await body.RowsOf(invested)).Select(row => row with { Amount = Amount.Yuan(900) })];
        (await BankNotation.RefusalOf(() => body.Correct(invested, more))).Code.ShouldBe(RegisterUndone.RecordAnew);
        long gone = await body.Accountant.Run(Invest(enterprise, 200) with { Fund = TestBody.General });
        await body.Review(gone);
        await body.Review(await body.Reverse(gone));

        long declaration = await body.Declared(enterprise, January, 0, 0, byStake: true, stated: 100);
        await body.Verify(declaration);
        PrepareDeclared dividend = new(TestBody.Key, declaration, new LocalDate(2026, 3, 12));
        long owed = await body.Accountant.Run(dividend);
        await body.Review(owed);
        (await body.Accountant.Net(body, "long-term-equity-investments", TestBody.Community)).ShouldBe(Amount.Yuan(700));
        VoucherRow[] less = [.. (await body.RowsOf(owed)).Select(row => row with { Amount = Amount.Yuan(90) })];
        (await BankNotation.RefusalOf(() => body.Correct(owed, less))).Code.ShouldBe(RegisterUndone.RecordAnew);
        await body.Review(await body.Reverse(owed));
        await body.Review(await body.Accountant.Run(dividend with { Key = TestBody.Key }));

        body.Clock.Now = Instant.FromUtc(2027, 1, 20, 2, 0);
        RecordEquityShare year = new(TestBody.Key, enterprise, 2026, Amount.Yuan(1000));
        long share = await body.Accountant.Run(year);
        await body.Review(share);
        (await body.Accountant.Net(body, "long-term-equity-investments", TestBody.Community)).ShouldBe(Amount.Yuan(1000));
        LocalDate end = new(2026, 12, 31);
        VoucherRow[] other = [.. (await body.RowsOf(share)).Select(row => row with { Amount = Amount.Yuan(200) })];
        (await BankNotation.RefusalOf(() => body.Correct(share, other, end))).Code.ShouldBe(RegisterUndone.RecordAnew);
        await body.Review(await body.Reverse(share, end));
        await body.Accountant.Run(year with { Key = TestBody.Key, Profit = Amount.Yuan(900) });
    }
}
