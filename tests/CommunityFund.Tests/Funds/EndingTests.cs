using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Funds;
using CommunityFund.Funds.Endings;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using CommunityFund.Tests.Checks;
using CommunityFund.Tests.Stock;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Funds;

/// <summary>终止: what is left finds a lawful home first, stays bound there, and what has to be published stands until it is.</summary>
public sealed class EndingTests
{
    private const string Aim = "用于社区青少年活动（儿童基金余款）";

    [Theory]
    [InlineData(2025)]
    [InlineData(2026)]
    public async Task A_fund_closes_by_a_plan_of_two_once_what_is_left_has_gone_to_a_similar_aim(int year)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        await body.Gift(TestBody.Children, 60, Restriction.Restricted, new LocalDate(year, 2, 3));
        await body.Gift(TestBody.Children, 10, Restriction.Unrestricted, new LocalDate(year, 3, 3));
        EndingView before = await body.Accountant.Ask(new EndingPage(TestBody.Children));
        (before.Unrestricted, before.Restricted).ShouldBe((Amount.Yuan(10), Amount.Yuan(60)));
        before.Groups.ShouldHaveSingleItem().Clauses.ShouldBe(["仅用于社区儿童活动"]);
        (await No(Plan(body, before, to: TestBody.Children))).ShouldBe("database.ending-home");
        long lawless = await Plan(body, before, TestBody.Community, aim: "");
        (await No(body.Reviewer.Run(new AgreeEnding(TestBody.Key, lawless)))).ShouldBe("database.transfer-other-restriction");
        await body.Accountant.Run(new DropEnding(TestBody.Key, lawless));
        long ending = await Plan(body, before, TestBody.Community);
        (await No(body.Accountant.Run(new AgreeEnding(TestBody.Key, ending)))).ShouldBe(AgreeEnding.OwnPlan);
        await body.Reviewer.Run(new AgreeEnding(TestBody.Key, ending));
        EndingPlan plan = (await body.Accountant.Ask(new EndingPage(TestBody.Children))).Plan!;
        foreach (TransferStep step in plan.Transfers)
        {
            long voucher = await body.Accountant.Run(new PrepareTransfer(TestBody.Key, step.Id));
            (await No(body.Reviewer.Run(new FinishEnding(TestBody.Key, ending)))).ShouldBe(ConstraintRefusal.FundNotEmpty);
            await body.Review(voucher);
        }

        await body.Accountant.Run(new FinishEnding(TestBody.Key, ending));
        (await body.Numbers(TestBody.Children)).State.ShouldBe(FundState.Closed);
        (await body.Numbers(TestBody.General)).Available.ShouldBe(Amount.Yuan(10));
        FundLot moved = (await body.Accountant.Ask(new FundExplained(TestBody.Community))).Lots.Items.ShouldHaveSingleItem();
        (moved.Clause, moved.Left).ShouldBe((Aim, Amount.Yuan(60)));
        FundDutiesView duties = await body.Accountant.Ask(new FundDuties(TestBody.Children));
        duties.Disclosures.Select(task => (task.Kind, task.DueOn)).ShouldBe(
            [(DisclosureKind.Flow, new LocalDate(year, 4, 19)), (DisclosureKind.Leftover, new LocalDate(year, 6, 20))]);
        (await No(body.Accountant.Run(Published(duties.Disclosures[0].Id, new LocalDate(year, 3, 19))))).ShouldBe(NoteDisclosure.BadDay);
        foreach (DisclosureTask task in duties.Disclosures)
        {
            await body.Accountant.Run(Published(task.Id, new LocalDate(year, 3, 20)));
        }

        (await body.Accountant.Ask(new FundDuties(TestBody.Children))).Disclosures.ShouldBeEmpty();
        (await No(body.Accountant.Run(Published(duties.Disclosures[0].Id, new LocalDate(year, 3, 20))))).ShouldBe(NoteDisclosure.Gone);
        await CheckedBody.IsClean(body);
    }

    [Fact]
    public async Task Classes_and_days_bind_the_money_in_its_new_home_and_a_fund_closes_without_goods_and_cases()
    {
        await using TestBody body = await TestBody.New();
        long[] clauses =
        [
            await Clause(body, ClauseKind.Purpose, "只用于儿童画室", null, ["children"]),
            await Clause(body, ClauseKind.Period, "八月底以前", new LocalDate(2026, 8, 31), null),
        ];
        await Gift(body, 60, clauses);
        await Gift(body, 5, []);
        await body.Given(TestBody.Children, 3, 0);
        EndingView before = await body.Accountant.Ask(new EndingPage(TestBody.Children));
        (await No(body.Accountant.Run(new ProposeEnding(
            TestBody.Key, TestBody.Children, EndingRule.Similar, "项目已完成", "理事会决议九", IsMajor: false, null,
            [new RestrictedHome([.. before.Groups.SelectMany(group => group.Lots)], TestBody.Community, Aim)])))).ShouldBe("database.ending-home");
        long ending = await body.Accountant.Run(new ProposeEnding(
            TestBody.Key, TestBody.Children, EndingRule.Similar, "项目已完成", "理事会决议九", IsMajor: false, null,
            [.. before.Groups.Select(group => new RestrictedHome(group.Lots, TestBody.Community, Aim))]));
        await body.Reviewer.Run(new AgreeEnding(TestBody.Key, ending));
        long change = await body.Accountant.Run(new OpenPurposeChange(
            TestBody.Key, TestBody.Children, "停办", PurposeBasis.Consent, "", null, before.Groups[0].Lots, [new NewWords(ClauseKind.Purpose, "改作他用")]));
        foreach (TransferStep step in (await body.Accountant.Ask(new EndingPage(TestBody.Children))).Plan!.Transfers)
        {
            await body.Review(step.Voucher ?? await body.Accountant.Run(new PrepareTransfer(TestBody.Key, step.Id)));
        }

        await using (FundDb db = body.Db())
        {
            (await db.Set<FundClause>().Where(row => row.FundId == TestBody.Community && !row.ForAll && row.Words != Aim).OrderBy(row => row.FundClauseId)
                .ToListAsync()).Select(row => (row.Kind, string.Join(',', row.Classes), row.UntilDay))
                .ShouldBe([(ClauseKind.Purpose, "children", null), (ClauseKind.Period, "", new LocalDate(2026, 8, 31))]);
        }

        (await No(Spend(body, 6, "elderly"))).ShouldBe("database.lots-against-purpose");
        await body.Review(await Spend(body, 6, "children"));
        (await No(body.Accountant.Run(new FinishEnding(TestBody.Key, ending)))).ShouldBe(ConstraintRefusal.FundNotEmpty);
        await body.Issued(StockNotation.Issue(TestBody.Children, 1, 3));
        (await No(body.Accountant.Run(new FinishEnding(TestBody.Key, ending)))).ShouldBe(ConstraintRefusal.FundNotEmpty);
        await body.Accountant.Run(new WithdrawPurposeChange(TestBody.Key, change));
        await body.Accountant.Run(new FinishEnding(TestBody.Key, ending));
    }

    private static Task<long> Clause(TestBody body, ClauseKind kind, string words, LocalDate? until, IReadOnlyList<string>? classes) =>
        body.Accountant.Run(new AddClause(TestBody.Key, TestBody.Children, kind, words, "协议", null, until, null, classes));

    private static async Task Gift(TestBody body, decimal yuan, IReadOnlyList<long> clauses) =>
        await body.Review(await body.Accountant.Run(new RecordDonation(
            TestBody.Key, TestBody.Children, "", PersonKind.Person, Amount.Yuan(yuan), new LocalDate(2026, 3, 2), TestBody.Bank, Restriction.Restricted,
            "", "捐赠", null, Clauses: clauses)));

    private static Task<long> Spend(TestBody body, decimal yuan, string projectClass) => body.Accountant.Run(new RecordExpense(
        TestBody.Key, TestBody.Community, Account.Keys.ProgrammeCost, Amount.Yuan(yuan), new LocalDate(2026, 3, 20), TestBody.Bank,
        Restriction.Restricted, CashFlow.PurchasesPaid.Key, "", PersonKind.Person, "活动", null, ProjectClass: projectClass));

    private static NoteDisclosure Published(long task, LocalDate day) => new(TestBody.Key, task, "慈善中国，2026-03-20", day);

    private static Task<long> Plan(TestBody body, EndingView before, int to, string aim = Aim) => body.Accountant.Run(new ProposeEnding(
        TestBody.Key, TestBody.Children, EndingRule.Similar, "项目已完成", "理事会决议九", IsMajor: true, TestBody.General,
        [new RestrictedHome(before.Groups[0].Lots, to, aim)]));

    private static async Task<string> No(Task act) => (await Should.ThrowAsync<RefusedException>(() => act)).Refusal.Code;
}
