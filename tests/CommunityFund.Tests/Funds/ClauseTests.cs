using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Periods;
using CommunityFund.Vouchers;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Funds;

/// <summary>Clauses from outside narrow what comes after them; a period refuses what lies outside it.</summary>
public sealed class ClauseTests
{
    private static readonly LocalDate March = new(2026, 3, 31);

    [Fact]
    public async Task A_restricted_fund_begins_with_the_words_it_was_opened_with_and_gathers_more()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(Period(new LocalDate(2026, 3, 1), March));
        IReadOnlyList<ClauseView> clauses = (await body.Accountant.Ask(new FundRules(TestBody.Children))).Clauses;
        clauses.Select(clause => clause.Kind).ShouldBe([ClauseKind.Purpose, ClauseKind.Period]);
        clauses[0].Words.ShouldBe("仅用于社区儿童活动");
        (await body.Accountant.Ask(new FundHistory(TestBody.Children))).Select(happened => happened.Kind)
            .ShouldBe([FundEventKind.Clause, FundEventKind.Opened]);
    }

    [Fact]
    public async Task A_clause_does_not_reach_back_to_gifts_that_are_there()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        (await No(body.Accountant.Run(Period(new LocalDate(2026, 3, 2), March)))).ShouldBe(ConstraintRefusal.ClauseBackwards);
        await body.Accountant.Run(Period(new LocalDate(2026, 3, 3), new LocalDate(2026, 3, 4)));
        await body.PrepareExpense(TestBody.Children, 100);
        await body.Accountant.Run(new RecordDonation(TestBody.Key, TestBody.Children, "", PersonKind.Person, Amount.Yuan(1),
            new LocalDate(2026, 3, 10), TestBody.Bank, Restriction.Restricted, "", "捐赠", null));
        (await No(body.Accountant.Run(Period(new LocalDate(2026, 3, 10), March)))).ShouldBe(ConstraintRefusal.ClauseBackwards, "a gift waits");
    }

    [Fact]
    public async Task Restricted_money_is_not_spent_outside_its_period_and_the_refusal_says_who_can_put_it_right()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(Period(new LocalDate(2026, 3, 1), new LocalDate(2026, 3, 4)));
        await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        (await No(body.PrepareExpense(TestBody.Children, 60))).ShouldBe(ConstraintRefusal.LotsOutsidePeriod);
        await body.PrepareExpense(TestBody.Children, 60, on: new LocalDate(2026, 3, 4));
        (await body.Accountant.Ask(new FundExplained(TestBody.Children))).Lots.Items.Single().ServesToday.ShouldBeFalse();
        await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), "捐赠人书面解除限定",
        [
            new VoucherRow("net-assets-restricted", TestBody.Children, Side.Debit, Amount.Yuan(40), Movement: MovementKind.Release),
            new VoucherRow("net-assets-unrestricted", TestBody.Children, Side.Credit, Amount.Yuan(40), Movement: MovementKind.Release),
        ]));
    }

    [Fact]
    public async Task What_the_bank_paid_in_time_and_is_booked_late_was_spent_in_time()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(Period(new LocalDate(2026, 1, 1), new LocalDate(2026, 2, 28)));
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(2026, 2, 10));
        long inTime = await body.Line("02-26,,20.00,,文具店,采购"), tooLate = await body.Line("03-05,,20.00,,文具店,采购");
        await body.Close(202601);
        await body.Accountant.Run(new HoldBankLine(TestBody.Key, inTime, "等文具店的发票"));
        await body.Reconcile(new LocalDate(2026, 2, 28));
        await body.Reviewer.Run(new CloseMonth(TestBody.Key, 202602, HeldReason: "发票还没有到"));
        await body.Accountant.Run(Expense(inTime, TestBody.Children, 20, Restriction.Restricted) with
        {
            PaidOn = new LocalDate(2026, 2, 26),
            BookedOn = new LocalDate(2026, 3, 1),
        });
        (await No(body.Accountant.Run(Expense(tooLate, TestBody.Children, 20, Restriction.Restricted)))).ShouldBe(RecordExpense.LotsCannotBear);
    }

    [Fact]
    public async Task One_donors_agreement_binds_only_the_gift_that_names_it_and_the_other_gifts_are_spent_first()
    {
        await using TestBody body = await TestBody.New();
        long until = await body.Accountant.Run(Period(null, new LocalDate(2026, 3, 4)));
        long bound = await body.Accountant.Run(new RecordDonation(TestBody.Key, TestBody.Children, "", PersonKind.Person, Amount.Yuan(100),
            new LocalDate(2026, 3, 1), TestBody.Bank, Restriction.Restricted, "", "捐赠", null, Clauses: [until]));
        await body.Review(bound);
        await body.Gift(TestBody.Children, 50, Restriction.Restricted);
        (await No(body.PrepareExpense(TestBody.Children, 51))).ShouldBe(ConstraintRefusal.LotsOutsidePeriod);
        await body.PrepareExpense(TestBody.Children, 50);
        IReadOnlyList<FundLot> lots = (await body.Accountant.Ask(new FundExplained(TestBody.Children))).Lots.Items;
        lots.Single(lot => lot.Received == Amount.Yuan(50)).Reserved.ShouldBe(Amount.Yuan(50));
        lots.Single(lot => lot.Received == Amount.Yuan(100)).Reserved.ShouldBe(Amount.Yuan(0));
        (await No(body.Accountant.Run(new RecordDonation(TestBody.Key, TestBody.Community, "", PersonKind.Person, Amount.Yuan(1),
            new LocalDate(2026, 3, 1), TestBody.Bank, Restriction.Restricted, "仅用于花园", "捐赠", null, Clauses: [until]))))
            .ShouldBe(RecordDonation.ClauseElsewhere);
        int other = await body.Accountant.Run(new CreateFund(TestBody.Key, "C04", "助老", FundKind.Special, null, Restriction.Restricted, "仅用于助老"));
        VoucherView was = await body.Accountant.Ask(new VoucherPage(bound));
        (await No(body.Accountant.Run(new CorrectVoucher(TestBody.Key, bound, new LocalDate(2026, 3, 6), "基金错了",
            [.. was.Lines.Select(line => new VoucherRow(line.AccountKey, other, line.Side, line.Amount, line.Restriction,
                line.CashFlow, line.Movement, Origin: line.LineNo))])))).ShouldBe(ConstraintRefusal.ClauseOfOtherFund);
    }

    [Fact]
    public async Task A_clause_is_whole_and_an_unrestricted_fund_is_bound_by_nobody()
    {
        await using TestBody body = await TestBody.New();
        AddClause clause = Period(new LocalDate(2026, 3, 1), March);
        (await No(body.Accountant.Run(clause with { Until = null }))).ShouldBe(AddClause.BadPeriod);
        (await No(body.Accountant.Run(clause with { From = new LocalDate(2026, 4, 1) }))).ShouldBe(AddClause.BadPeriod);
        (await No(body.Accountant.Run(clause with { Kind = ClauseKind.Area }))).ShouldBe(AddClause.BadPeriod);
        (await No(body.Accountant.Run(clause with { Fund = TestBody.Community }))).ShouldBe(AddClause.Unrestricted);
        (await No(body.Accountant.Run(clause with { Source = " " }))).ShouldBe(FundSigners.ReasonMissing);
    }

    private static AddClause Period(LocalDate? inForce, LocalDate until) => new(TestBody.Key, TestBody.Children, ClauseKind.Period,
        "限期使用", "协议第五条", null, until, inForce);

    private static async Task<string> No(Task act) => (await Should.ThrowAsync<RefusedException>(() => act)).Refusal.Code;
}
