using CommunityFund.Agency;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.PublicMoney;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Agency;

public sealed class AgencyTests
{
    [Fact]
    public async Task Money_is_held_for_others_only_after_two_people_answered_the_tests_and_never_more_goes_paidthan_came()
    {
        await using TestBody body = await TestBody.New();
        ProposeMatter asked = await body.AskedMatter("市特困职工帮扶中心");
        (await BankNotation.RefusalOf(() => body.Accountant.Run(asked with { Key = TestBody.Key, OnlyBetween = false }))).Code
            .ShouldBe(ProposeMatter.NotAgency);
        long matter = await body.Accountant.Run(asked);
        long recipient = (await body.Accountant.Ask(new AgencyMatterPage(matter))).Row.Recipients.Single().PersonId;
        RecordAgencyMove comes = new(TestBody.Key, matter, recipient, AgencyWay.MoneyIn, Amount.Yuan(700), new LocalDate(2026, 3, 5), TestBody.Bank);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(comes))).Code.ShouldBe(AgencyMatter.NotAgreed);
        await body.Reviewer.Run(new AgreeMatter(TestBody.Key, matter));
        (await BankNotation.RefusalOf(() => body.Accountant.Run(comes with { Key = TestBody.Key, Recipient = 1 }))).Code.ShouldBe(AgencyMatter.NotOnList);

        PostedNumber came = await body.Review(await body.Accountant.Run(comes));
        (await BankNotation.Entry(body, came.EntryNo)).ShouldBe(["D bank.agency.01 700.00  ordinary", "C agency-liabilities 700.00  ordinary"]);
        await body.Review(await body.Accountant.Run(comes with { Key = TestBody.Key, Way = AgencyWay.GoodsIn, Amount = Amount.Yuan(200) }));
        RecordAgencyMove goes = comes with { Key = TestBody.Key, Way = AgencyWay.MoneyOut, Amount = Amount.Yuan(500), On = new LocalDate(2026, 3, 9) };
        long first = await body.Accountant.Run(goes);

        // What waits to go out is spoken for; goods are no money.
        Refusal refused = await BankNotation.RefusalOf(() => body.Accountant.Run(goes with { Key = TestBody.Key, Amount = Amount.Yuan(201) }));
        (refused.Code, refused.Facts["held"]).ShouldBe((RecordAgencyMove.MoreThanHeld, Amount.Yuan(200)));
        await body.Review(first);
        await body.Review(await body.Accountant.Run(goes with { Key = TestBody.Key, Way = AgencyWay.GoodsOut, Amount = Amount.Yuan(50) }));

        AgencyStatementView statement = await body.Accountant.Ask(new AgencyStatement());
        (statement.Total.Money, statement.Total.Goods, statement.Assets, statement.Liabilities, statement.Elsewhere, statement.IsHeld).ShouldBe(
            (Amount.Yuan(200), Amount.Yuan(150), Amount.Yuan(350), Amount.Yuan(350), Amount.Fen(0), true));
        (await body.Accountant.Ask(new AgencyStatement(new LocalDate(2026, 3, 5)))).Total.Money.ShouldBe(Amount.Yuan(700));
        (await body.Numbers(TestBody.General)).OwnCash.ShouldBe(Amount.Fen(0));
        AgencyWorkbook.Draw(statement, Words.From([typeof(Words).Assembly])).Length.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task What_passing_it_on_costs_is_paid_by_an_own_fund_and_what_stands_elsewhere_is_shown()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        (long matter, long _) = await body.Matter("市特困职工帮扶中心");
        PayAgencyCost cost = new(TestBody.Key, matter, TestBody.Agency, Amount.Yuan(20), new LocalDate(2026, 3, 6), TestBody.Bank, "运费");
        (await BankNotation.RefusalOf(() => body.Accountant.Run(cost))).Code.ShouldBe(PayAgencyCost.NotOwn);
        PostedNumber paid = await body.Review(await body.Accountant.Run(cost with { Key = TestBody.Key, Fund = TestBody.Community }));
        (await BankNotation.Entry(body, paid.EntryNo)).ShouldBe(["D other-expense 20.00 U ordinary", "C bank.01 20.00  ordinary"]);
        await body.Review(await body.Accountant.Run(new CommunityFund.Banking.RecordAgencyMoney(TestBody.Key,
            new CommunityFund.Banking.BankRest([await body.Line("03-07,90.00,,,某某中心,救助款")]), "某某中心", PersonKind.Organisation, "代收款")));
        AgencyStatementView statement = await body.Accountant.Ask(new AgencyStatement());
        (statement.Elsewhere, statement.IsHeld).ShouldBe((Amount.Yuan(90), true));
    }

    [Fact]
    public async Task What_came_in_is_reversed_only_while_it_is_held_and_the_statement_of_an_earlier_day_stays()
    {
        await using TestBody body = await TestBody.New();
        (long matter, long recipient) = await body.Matter("市特困职工帮扶中心");
        RecordAgencyMove comes = new(TestBody.Key, matter, recipient, AgencyWay.MoneyIn, Amount.Yuan(700), new LocalDate(2026, 3, 5), TestBody.Bank);
        long came = await body.Accountant.Run(comes);
        await body.Review(came);
        VoucherRow[] rows = [.. (await body.RowsOf(came)).Select(row => row with { Amount = Amount.Yuan(600) })];
        (await BankNotation.RefusalOf(() => body.Correct(came, rows))).Code.ShouldBe(RegisterUndone.RecordAnew);

        // Other money of the same fund does not cover what is passed on of this matter.
        await body.Review(await body.Accountant.Run(comes with { Key = TestBody.Key, Recipient = await Second(body, matter) }));
        long red = await body.Reverse(came);
        long paid = await body.Accountant.Run(comes with { Key = TestBody.Key, Way = AgencyWay.MoneyOut, Amount = Amount.Yuan(500), On = new LocalDate(2026, 3, 9) });
        (await BankNotation.RefusalOf(() => body.Review(red))).Code.ShouldBe(AgencyMoveUndone.Below);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, paid, "还没到日子"));
        await body.Review(red);
        (await body.Accountant.Ask(new AgencyStatement(new LocalDate(2026, 3, 10)))).Total.Money.ShouldBe(Amount.Yuan(1400));
        AgencyStatementView now = await body.Accountant.Ask(new AgencyStatement());
        (now.Total.Money, now.IsHeld, now.Elsewhere.IsZero).ShouldBe((Amount.Yuan(700), true, true));
    }

    [Fact]
    public async Task What_the_bank_gave_back_is_held_again_in_the_register_as_in_the_books_and_its_reversal_keeps_the_floor()
    {
        await using TestBody body = await TestBody.New();
        (long matter, long recipient) = await body.Matter("市特困职工帮扶中心");
        RecordAgencyMove comes = new(TestBody.Key, matter, recipient, AgencyWay.MoneyIn, Amount.Yuan(700), new LocalDate(2026, 3, 5), TestBody.Bank);
        await body.Review(await body.Accountant.Run(comes));
        RecordAgencyMove goes = comes with { Key = TestBody.Key, Way = AgencyWay.MoneyOut, On = new LocalDate(2026, 3, 9) };
        long paid = await body.Accountant.Run(goes);
        await body.Review(paid);
        long back = await body.Accountant.Run(new CommunityFund.Banking.RecordReturnedPayment(TestBody.Key,
            new CommunityFund.Banking.BankRest([await body.Line("03-11,700.00,,,市特困职工帮扶中心,退汇 账号有误")]), paid, "退汇 账号有误"));
        (await BankNotation.RefusalOf(() => body.Accountant.Run(goes with { Key = TestBody.Key }))).Code.ShouldBe(RecordAgencyMove.MoreThanHeld);
        await body.Review(back);
        AgencyStatementView statement = await body.Accountant.Ask(new AgencyStatement());
        (statement.Total.MoneyIn, statement.Total.MoneyOut, statement.Elsewhere, statement.IsHeld).ShouldBe(
            (Amount.Yuan(700), Amount.Fen(0), Amount.Fen(0), true));
        (await body.Accountant.Ask(new AgencyMatterPage(matter))).Moves.Single(move => move.Voucher == back).CameBack.ShouldBeTrue();
        VoucherRow[] rows = [.. (await body.RowsOf(back)).Select(row => row with { Amount = Amount.Yuan(-600) })];
        (await BankNotation.RefusalOf(() => body.Correct(back, rows))).Code.ShouldBe(RegisterUndone.RecordAnew);

        // Passed on once more, the return cannot be undone: PostgreSQL keeps the floor when the red voucher is posted.
        long red = await body.Reverse(back);
        long again = await body.Accountant.Run(goes with { Key = TestBody.Key, On = new LocalDate(2026, 3, 12) });
        (await BankNotation.RefusalOf(() => body.Review(red))).Code.ShouldBe("database.agency-matter-floor");
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, again, "先不付"));
        await body.Review(red);
        (await body.Accountant.Ask(new AgencyStatement())).Total.Money.ShouldBe(Amount.Fen(0));

        // An error of an earlier year is no voucher by hand either.
        body.Clock.Now = Instant.FromUtc(2027, 2, 10, 2, 0);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new CorrectEarlierYear(TestBody.Key, paid, new LocalDate(2027, 2, 10), "少记",
        [
            new(Account.Keys.PriorYearAdjustment, TestBody.Community, Side.Debit, Amount.Yuan(30)),
            new("other-payables", TestBody.Community, Side.Credit, Amount.Yuan(30)),
        ])))).Code.ShouldBe(RegisterUndone.OfEarlierYear);
    }

    [Fact]
    public async Task No_name_of_a_person_comes_into_a_matters_vouchers()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        long matter = await body.Accountant.Run(await body.AskedMatter("市特困职工帮扶中心") with { Title = "周桂兰家救助款" });
        await body.Reviewer.Run(new AgreeMatter(TestBody.Key, matter));
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new AddRecipients(
            TestBody.Key, matter, [new RecipientForm("周桂兰", PersonKind.Person, null)])))).Code.ShouldBe(AddRecipients.InTitle);
        await body.Accountant.Run(new AddRecipients(TestBody.Key, matter, [new RecipientForm("吴大勇", PersonKind.Person, null)]));
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new PayAgencyCost(
            TestBody.Key, matter, TestBody.Community, Amount.Yuan(20), new LocalDate(2026, 3, 6), TestBody.Bank, "给吴大勇送货的运费")))).Code
            .ShouldBe(PayAgencyCost.NameInWords);
    }

    private static async Task<long> Second(TestBody body, long matter)
    {
        await body.Accountant.Run(new AddRecipients(TestBody.Key, matter, [new RecipientForm("清河养老院", PersonKind.Organisation, null)]));
        return (await body.Accountant.Ask(new AgencyMatterPage(matter))).Row.Recipients.Single(row => row.Name == "清河养老院").PersonId;
    }
}
