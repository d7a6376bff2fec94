using CommunityFund.Books;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Enterprises;

public sealed class DeclaringTests
{
    private static readonly LocalDate January = new(2026, 1, 1), February = new(2026, 2, 1);

    [Theory]
    [InlineData(ShareKind.Profit, 125_000, 0, null, 2, 8000.04, 1000.01)]      // 1000.005 rounds up
    [InlineData(ShareKind.Profit, 125_000, 0, null, 0, 8003.99, 1000)]
    [InlineData(ShareKind.Profit, 100_000, 50, null, 2, -300, 50)]             // a loss owes the floor
    [InlineData(ShareKind.Turnover, 15_000, 0, 1000, 1, 8000, 1000)]           // 1.5 % of 90,000, held by the cap
    [InlineData(ShareKind.Fixed, 0, 0, null, 2, -300, 600)]
    [InlineData(ShareKind.None, 0, 0, null, 2, 8000, 0)]
    public async Task What_is_due_is_worked_out_alike_by_program_and_database(ShareKind share, int rate, int floor, int? cap, int decimals, double profit, double due)
    {
        long? capUnits = cap * 100L;
        ShareRule rule = new(share, rate, share == ShareKind.Fixed ? 60_000 : 0, floor * 100L, capUnits, (short)decimals);
        Amount turnover = Amount.Yuan(90_000), gained = Amount.Yuan((decimal)profit);
        rule.Of(turnover, gained).Due.ShouldBe(Amount.Yuan((decimal)due));
        await using TestBody body = await TestBody.New();
        await using FundDb db = body.Db();
        (await db.Database.SqlQuery<long>(
            $"""
            select share_due({Codes.Kebab(share)}, {rule.RatePpm}, {rule.FixedUnits}, {rule.FloorUnits}, {rule.CapUnits}::bigint, {rule.Decimals},
                             {turnover.Units}, {gained.Units}) as "Value"
            """).SingleAsync()).ShouldBe(Amount.Yuan((decimal)due).Units);
    }

    [Fact]
    public async Task A_declared_share_is_verified_by_another_person_waited_for_and_received_and_its_lot_knows_the_enterprise()
    {
        await using TestBody body = await TestBody.New();
        long enterprise = await body.Enterprise(EnterpriseNotation.Share(TestBody.Children, January, restriction: Restriction.Restricted));
        long declaration = await body.Declared(enterprise, January, 52_000, 8_200);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new VerifyDeclaration(TestBody.Key, declaration)))).Code
            .ShouldBe(VerifyDeclaration.OwnDeclaration);
        (await BankNotation.RefusalOf(() => body.Declared(enterprise, January, 1, 1))).Code.ShouldBe(DeclarePeriod.Twice);

        await body.Verify(declaration);
        DeclarationView due = await body.Declaration(declaration);
        (due.Row.State, due.Row.Due, due.Row.DueOn).ShouldBe((DeclarationState.Due, Amount.Yuan(820), new LocalDate(2026, 4, 19)));
        await body.Came(due.Code, "03-18", 820);

        (await body.Declaration(declaration)).Row.State.ShouldBe(DeclarationState.Received);
        await using FundDb db = body.Db();
        GiftLot lot = await db.RestrictedLots().SingleAsync();
        (lot.FundId, lot.Units, lot.Clause).ShouldBe((TestBody.Children, 82_000, "仅用于社区儿童活动"));
        (await db.Postings.SingleAsync(line => line.EntryNo == lot.EntryNo && line.LineNo == lot.LineNo)).EnterpriseId.ShouldBe(enterprise);

        // Reversed, it is waited for again; a month later it is late.
        long voucher = (await body.Declaration(declaration)).CameVoucher!.Value;
        await body.Review(await body.Accountant.Run(new ReverseVoucher(TestBody.Key, voucher, new LocalDate(2026, 3, 19), "认领错了")));
        body.Clock.Now = Instant.FromUtc(2026, 5, 20, 2, 0);
        EnterpriseDesk desk = await body.Accountant.Ask(new EnterpriseList());
        (desk.Open.Single().DaysLate, desk.Enterprises.Single().Overdue).ShouldBe((31, Amount.Yuan(820)));
    }

    [Fact]
    public async Task A_resolution_that_two_people_sign_gives_up_what_is_due()
    {
        await using TestBody body = await TestBody.New();
        long enterprise = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, January));
        long declaration = await body.Declared(enterprise, January, 52_000, 8_200);
        await body.Verify(declaration);
        await body.Accountant.Run(new ProposeWaiver(TestBody.Key, declaration, "理事会 2026-3", new LocalDate(2026, 3, 10), "疫情停业"));
        (await BankNotation.RefusalOf(() => body.Accountant.Run(new AgreeWaiver(TestBody.Key, declaration)))).Code.ShouldBe(AgreeWaiver.OwnWaiver);
        await body.Reviewer.Run(new AgreeWaiver(TestBody.Key, declaration));
        (await body.Declaration(declaration)).Row.State.ShouldBe(DeclarationState.Waived);
        await using FundDb db = body.Db();
        (await db.Set<Expectation>().SingleAsync()).ClosedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Accounts_agreement_and_an_ended_period_are_needed_to_declare()
    {
        await using TestBody body = await TestBody.New();
        long enterprise = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, February));
        DeclarePeriod asked = new(TestBody.Key, enterprise, DeclaredSpan.Month, February, Amount.Yuan(1), Amount.Yuan(1), GivenFor.Nothing, false);
        (await BankNotation.RefusalOf(() => body.Accountant.Run(asked))).Code.ShouldBe(FiledDocument.Missing);
        (await BankNotation.RefusalOf(() => body.Declared(enterprise, January, 1, 1))).Code.ShouldBe(EnterpriseTerm.NoneInForce);
        (await BankNotation.RefusalOf(() => body.Declared(enterprise, new LocalDate(2026, 3, 1), 1, 1))).Code.ShouldBe(DeclarePeriod.NotOver);
        (await BankNotation.RefusalOf(() => body.Declared(enterprise, new LocalDate(2026, 2, 2), 1, 1))).Code.ShouldBe(DeclarePeriod.BadPeriod);
        (await BankNotation.RefusalOf(() => body.Declared(enterprise, February, 1, 1, byStake: true, stated: 1))).Code.ShouldBe(NatureOf.NoStake);
    }

    [Theory]
    [InlineData(Influence.None, GivenFor.Nothing, true, "other-receivables", "investment-income", "U")]
    [InlineData(Influence.Significant, GivenFor.Nothing, true, "other-receivables", "long-term-equity-investments", "")]
    [InlineData(Influence.None, GivenFor.Goods, false, "accounts-receivable", "sales-income", "U")]
    [InlineData(Influence.None, GivenFor.Services, false, "accounts-receivable", "service-income", "U")]
    [InlineData(Influence.None, GivenFor.Publicity, false, "accounts-receivable", "service-income", "U")]
    public async Task What_is_no_gift_is_owed_first_and_the_bank_only_settles_it(
        Influence influence, GivenFor givenFor, bool byStake, string receivable, string account, string restriction)
    {
        await using TestBody body = await TestBody.New();
        long enterprise = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, January, influence, stakePpm: 300_000));
        long declaration = await body.Declared(enterprise, January, 0, 0, givenFor, byStake, stated: 500);
        await body.Verify(declaration);
        PostedNumber owed = await body.Review(await body.Accountant.Run(new PrepareDeclared(TestBody.Key, declaration, new LocalDate(2026, 2, 10))));
        (await BankNotation.Entry(body, owed.EntryNo)).ShouldBe([$"D {receivable} 500.00  ordinary", $"C {account} 500.00 {restriction} ordinary"]);
        PostedNumber came = await body.Came((await body.Declaration(declaration)).Code, "03-18", 500);
        (await BankNotation.Entry(body, came.EntryNo)).ShouldBe([$"C {receivable} 500.00  ordinary", "D bank.01 500.00  ordinary"]);
        (await body.Declaration(declaration)).Row.State.ShouldBe(DeclarationState.Received);
    }

    [Fact]
    public async Task A_period_for_which_nothing_is_due_is_finished_and_who_agreed_to_no_share_may_say_how_much_is_given()
    {
        await using TestBody body = await TestBody.New();
        long enterprise = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, January));
        long loss = await body.Declared(enterprise, January, 100, -50);
        await body.Verify(loss);
        (await body.Declaration(loss)).Row.State.ShouldBe(DeclarationState.NothingDue);
        (await body.Accountant.Ask(new EnterpriseList())).Open.ShouldBeEmpty();

        long free = await body.Enterprise(EnterpriseNotation.Share(TestBody.Community, January) with { Share = ShareKind.None, RatePpm = 0 }, "清河洗衣坊");
        long gift = await body.Declared(free, January, 100, 50, stated: 300);
        await body.Verify(gift);
        DeclarationView due = await body.Declaration(gift);
        (due.Row.State, due.Row.Due).ShouldBe((DeclarationState.Due, Amount.Yuan(300)));
    }
}
