using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Funds;

/// <summary>Designations beside restrictions; freeze, thaw, close and principal with as many persons as each takes.</summary>
public sealed class DecidingTests
{
    private static readonly LocalDate Met = new(2026, 3, 10);

    [Fact]
    public async Task A_designation_changes_nothing_in_the_books_and_the_board_lifts_it()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long designation = await body.Accountant.Run(Designate(600));
        FundNumber after = await body.Numbers(TestBody.Community);
        (after.Available, after.DefaultRestriction).ShouldBe((Amount.Yuan(1000), Restriction.Unrestricted));
        (await No(body.Accountant.Run(Designate(401)))).ShouldBe(ConstraintRefusal.DesignationAboveFree);
        (await No(body.Accountant.Run(Designate(null)))).ShouldBe(ConstraintRefusal.DesignationAboveFree);
        (await No(body.Accountant.Run(new RevokeDesignation(TestBody.Key, designation, "决议五", Met.PlusDays(-1)))))
            .ShouldBe(RevokeDesignation.BadDay);
        await body.Accountant.Run(new RevokeDesignation(TestBody.Key, designation, "决议五", Met));
        (await No(body.Accountant.Run(new RevokeDesignation(TestBody.Key, designation, "决议五", Met)))).ShouldBe(RevokeDesignation.Gone);
        await body.Accountant.Run(Designate(null));
        (await body.Accountant.Ask(new FundRules(TestBody.Community))).Designations.Count(row => row.Revocation is null).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_restricted_is_not_the_boards_to_designate()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted);
        (await No(body.Accountant.Run(Designate(null) with { Fund = TestBody.Children })))
            .ShouldBe("database.designation-of-restricted");
        (await No(body.Accountant.Run(Designate(1) with { Fund = TestBody.Children }))).ShouldBe(ConstraintRefusal.DesignationAboveFree);
        (await No(body.Accountant.Run(Designate(1) with { DecidedOn = new LocalDate(2026, 4, 1) })))
            .ShouldBe(DesignateMoney.InTheFuture);
    }

    [Fact]
    public async Task One_person_freezes_and_another_thaws_and_meanwhile_the_fund_receives_and_does_not_spend()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long waiting = await body.PrepareExpense(TestBody.Community, 100);
        (await body.Reviewer.Run(new FreezeFund(TestBody.Key, TestBody.Community, "账目待核", ""))).ShouldBeTrue();
        (await No(body.Review(waiting))).ShouldBe(ConstraintRefusal.FundNotOpen);
        (await No(body.PrepareExpense(TestBody.Community, 1))).ShouldBe(ConstraintRefusal.FundNotOpen);
        await body.Gift(TestBody.Community, 5, Restriction.Unrestricted);
        long debited = await body.Line("03-05,,20.00,,文具店,采购"); // what the bank has paid is a fact; the general fund bears it
        (await No(body.Accountant.Run(Expense(debited, TestBody.Community, 20)))).ShouldBe(ConstraintRefusal.FundNotOpen);
        await body.Review(await body.Accountant.Run(Expense(debited, TestBody.General, 20)));
        (await No(body.Reviewer.Run(new FreezeFund(TestBody.Key, TestBody.Community, "再冻", "")))).ShouldBe(FundDecision.NothingToDecide);
        (await body.Accountant.Run(new ThawFund(TestBody.Key, TestBody.Community, "核对无误", ""))).ShouldBeTrue();
        await body.Review(waiting);
        (await body.Accountant.Ask(new FundHistory(TestBody.Community))).Select(happened => happened.Kind)
            .ShouldBe([FundEventKind.Thawed, FundEventKind.Frozen, FundEventKind.Opened], ignoreOrder: true);
    }

    [Fact]
    public async Task Who_froze_a_fund_thaws_it_only_with_a_second_person()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(new FreezeFund(TestBody.Key, TestBody.Community, "账目待核", ""));
        (await body.Accountant.Run(new ThawFund(TestBody.Key, TestBody.Community, "核对无误", ""))).ShouldBeFalse();
        await body.Accountant.Run(new CloseFund(TestBody.Key, TestBody.Children, "项目结束", "决议"));
        (await body.Reviewer.Run(new FreezeFund(TestBody.Key, TestBody.Children, "来函要求停付", ""))).ShouldBeTrue("what waits holds up no freeze");
        long decision = (await body.Reviewer.Ask(new FundRules(TestBody.Community))).Waiting!.Id;
        (await No(body.Accountant.Run(new AgreeDecision(TestBody.Key, decision)))).ShouldBe(AgreeDecision.OwnProposal);
        (await No(body.Accountant.Run(new ThawFund(TestBody.Key, TestBody.Community, "又一次", "")))).ShouldBe(FundDecision.WaitsAlready);
        await body.Reviewer.Run(new AgreeDecision(TestBody.Key, decision));
        (await No(body.Reviewer.Run(new AgreeDecision(TestBody.Key, decision)))).ShouldBe(FundDecision.Gone);
        (await body.Numbers(TestBody.Community)).State.ShouldBe(FundState.Open);
    }

    [Fact]
    public async Task The_principal_is_raised_by_one_with_its_source_and_lowered_by_two()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        (await No(body.Accountant.Run(Principal(800, "")))).ShouldBe(FundSigners.ReasonMissing);
        (await No(body.Accountant.Run(Principal(-1)))).ShouldBe(SetPrincipal.Negative);
        (await No(body.Accountant.Run(Principal(1000.01m)))).ShouldBe(ConstraintRefusal.OwnCashFloor);
        (await body.Accountant.Run(Principal(800))).ShouldBeTrue();
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(200));
        await body.PrepareExpense(TestBody.Community, 150);
        (await No(body.Accountant.Run(Principal(900)))).ShouldBe(ConstraintRefusal.PrincipalAboveAvailable);
        (await body.Accountant.Run(Principal(500))).ShouldBeFalse();
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(50));
        await body.Reviewer.Run(new AgreeDecision(
            TestBody.Key, (await body.Reviewer.Ask(new FundRules(TestBody.Community))).Waiting!.Id));
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(350));
    }

    [Fact]
    public async Task A_fund_closes_by_two_when_nothing_is_left_in_it_and_the_general_fund_never()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        (await No(Close(body))).ShouldBe(ConstraintRefusal.FundNotEmpty);
        await body.Review(await body.PrepareExpense(TestBody.Community, 10));
        (await Close(body)).ShouldBeFalse();
        long decision = (await body.Reviewer.Ask(new FundRules(TestBody.Community))).Waiting!.Id;
        await body.Reviewer.Run(new DropDecision(TestBody.Key, decision));
        (await Close(body)).ShouldBeFalse();
        await body.Reviewer.Run(new AgreeDecision(
            TestBody.Key, (await body.Reviewer.Ask(new FundRules(TestBody.Community))).Waiting!.Id));
        (await No(body.Gift(TestBody.Community, 1, Restriction.Unrestricted))).ShouldBe(ConstraintRefusal.FundNotOpen);
        (await No(body.Accountant.Run(new CreateFund(TestBody.Key, "C05", "下级", FundKind.Micro, TestBody.Community, Restriction.Unrestricted,
            "")))).ShouldBe(CreateFund.ParentClosed);
        (await No(body.Accountant.Run(new FreezeFund(TestBody.Key, TestBody.General, "不行", "")))).ShouldBe("database.fund-stays-open");
    }

    private static Task<bool> Close(TestBody body) =>
        body.Accountant.Run(new CloseFund(TestBody.Key, TestBody.Community, "项目结束", "决议六"));

    private static SetPrincipal Principal(decimal yuan, string source = "捐赠协议第二条") =>
        new(TestBody.Key, TestBody.Community, Amount.Yuan(yuan), "留本", source);

    private static DesignateMoney Designate(decimal? yuan) => new(TestBody.Key, TestBody.Community,
        yuan is { } amount ? Amount.Yuan(amount) : null, "社区花园", "理事会决议三", Met);

    private static async Task<string> No(Task act) => (await Should.ThrowAsync<RefusedException>(() => act)).Refusal.Code;
}
