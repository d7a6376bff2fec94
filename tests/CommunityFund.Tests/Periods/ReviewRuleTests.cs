using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Periods;

/// <summary>What a rule may review, who says so, and what PostgreSQL refuses of it to the app's login and to the tables' owner.</summary>
public sealed class ReviewRuleTests
{
    private static readonly LocalDate January = new(2026, 1, 20), Begins = new(2026, 1, 1);

    [Fact]
    public async Task A_rule_ends_and_begins_by_two_and_nothing_closes_without_it()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted, January);
        (await RefusalOf(() => body.Accountant.Run(new ProposeRule(TestBody.Key, true, Begins, "再来一次")))).Code.ShouldBe(ProposeRule.NothingChanges);
        long end = await body.Accountant.Run(new ProposeRule(TestBody.Key, false, Begins, "改为人工审核"));
        (await RefusalOf(() => body.Accountant.Run(new AgreeRule(TestBody.Key, end)))).Code.ShouldBe(AgreeRule.Own);
        (await RefusalOf(() => body.Reviewer.Run(new ProposeRule(TestBody.Key, false, Begins, "也要停用")))).Code.ShouldBe(ConstraintRefusal.RuleOneWaiting);
        await body.Reviewer.Run(new AgreeRule(TestBody.Key, end));
        (await RefusalOf(() => body.Close(202601))).Blockers().ShouldBe(["rule.stop"]);
        await body.Accountant.Run(new AgreeRule(TestBody.Key, await body.Reviewer.Run(new ProposeRule(TestBody.Key, true, Begins, "恢复自动审核"))));
        await body.Close(202601);
        RuleView rule = await body.FinanceOfficer.Ask(new RuleList());
        (rule.IsInForce, rule.Reviewed, rule.MayDecide, rule.Latest.Single().Period).ShouldBe((true, 1, false, 202601));
        rule.Decisions.Select(row => (row.Begins, row.ProposedBy, row.DecidedBy)).ShouldBe(
            [(true, "吴审核", "周会计"), (false, "周会计", "吴审核"), (true, null, null)]);
    }

    [Theory]
    [InlineData("entry_reviewed", "'D', 100000, 'U'", "net-assets-unrestricted", "U", "2, 'month-close'")]
    [InlineData("entry_reviewed", "'D', 100000, 'U'", "net-assets-unrestricted", "U", "null, null")]
    [InlineData("review_rule_not_approved", "'D', 100000, 'U'", "net-assets-unrestricted", "U", "null, 'another'")]
    [InlineData("close_without_closing", "'D', 100000, 'U'", "net-assets-unrestricted", "U", "null, 'month-close'")]
    [InlineData("close_without_closing", "'D', 100000, 'U'", "net-assets-unrestricted", "U", "2, null")]
    [InlineData("close_unlike_balances", "'D', 99900, 'U'", "net-assets-unrestricted", "U", "null, 'month-close'")]
    [InlineData("close_unlike_balances", "'D', 99900, 'U'", "net-assets-unrestricted", "U", "2, null")]
    [InlineData("close_unlike_balances", "'D', 100000, 'U'", "net-assets-restricted", "R", "null, 'month-close'")]
    [InlineData("close_unlike_balances", "'D', 100000, 'R'", "net-assets-restricted", "R", "null, 'month-close'")]
    [InlineData("close_unlike_balances", "'D', 100000, 'U'", "other-payables", "", "null, 'month-close'")]
    public async Task A_lie_of_the_app_login_about_closing_is_refused(string constraint, string income, string target, string restriction, string signed)
    {
        await using TestBody body = await WithGift();
        (await Attack(body.Connections.Books, $"""
            insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
            values (1, 'close', '2026-01-31', 202601, 1, 2, {income.Split(',')[1]}, 1, now());
            insert into voucher_line (book_id, voucher_id, line_no, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                                      project_class, narrative_id)
            select 1, (select max(voucher_id) from voucher), v.n, a.account_id, 3, 'CNY', v.s, v.u, v.r, '', 'close', '', 1
              from (values (1, 'donation-income', {income}), (2, '{target}', 'C', {income.Split(',')[1]}, '{restriction}')) v(n, k, s, u, r)
              join account a on a.book_id = 1 and a.key = v.k;
            select prove_closing_vouchers(1, array[(select max(voucher_id) from voucher)]);
            select post_vouchers(1, array[(select max(voucher_id) from voucher)], {signed}, now())
            """)).ConstraintName.ShouldBe(constraint);
    }

    [Theory]
    [InlineData("review_rule_beyond", "select post_vouchers(1, array[2::bigint], null, 'month-close', now())")]
    [InlineData("voucher_kind", "select prove_closing_vouchers(1, array[2::bigint])")]
    [InlineData("period_not_carried", "select close_period(1, 202601, 2, '2026-03-20 02:00Z')")]
    [InlineData("review_rule_by_two", "insert into review_rule (book_id, key, begins, valid_from, proposed_by, proposed_at) values (1, 'month-close', false, '2026-01-01', 1, now())")]
    [InlineData("review_rule_by_two", Proposed + "; update review_rule set state = 'approved', decided_by = 1, decided_at = now() where state = 'waiting'")]
    [InlineData("review_rule_by_two", "insert into review_rule (book_id, key, begins, valid_from, proposed_at, state, decided_at) values (1, 'month-close', true, '2026-01-01', now(), 'approved', now())")]
    [InlineData("append_only", "update review_rule set state = 'dropped', decided_by = 1, decided_at = now()")]
    public async Task Other_kinds_and_rules_of_one_person_are_refused_to_the_app_login(string constraint, string attack)
    {
        await using TestBody body = await WithGift();
        await body.PrepareExpense(TestBody.Community, 1, on: new LocalDate(2026, 2, 3));
        (await Attack(body.Connections.Books, attack)).ConstraintName.ShouldBe(constraint);
    }

    [Theory]
    [InlineData("update review_rule set valid_from = '2025-01-01'")]
    [InlineData("delete from review_rule")]
    [InlineData("update closing_reason set words = '别的'")]
    [InlineData("update period set carried = true")]
    [InlineData("select prove_carried(p) from period p")]
    public async Task The_app_login_writes_no_rule_of_its_own(string attack)
    {
        await using TestBody body = await TestBody.New();
        (await Attack(body.Connections.Books, attack)).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("review_rule_by_two", "insert into review_rule (book_id, key, begins, valid_from, proposed_at, state, decided_at) values (1, 'month-close', false, '2026-01-01', now(), 'approved', now())")]
    [InlineData("append_only", "update review_rule set valid_from = '2025-01-01'")]
    [InlineData("append_only", "delete from review_rule")]
    [InlineData("append_only", "truncate review_rule")]
    [InlineData("append_only", "truncate closing_reason")]
    [InlineData("period_not_carried", "update period set closed_by = 2, closed_at = '2026-03-20 10:00+08' where period = 202601")]
    [InlineData("review_rule_beyond", """
        insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total, document_hashes,
                                   voucher_id, maker_id, review_rule, posted_at, leaf)
        select 1, 2, 202601, '记', 2, '2026-01-20', 'ordinary', 1, 2, 100, array[]::bytea[], 1000, 1, 'month-close', timestamptz '2026-03-20 02:00Z',
               decode(repeat('00', 32), 'hex')
        """)]
    public async Task Nor_does_the_owner(string constraint, string attack)
    {
        await using TestBody body = await WithGift();
        (await Attack(body.Connections.Owner, attack)).ConstraintName.ShouldBe(constraint);
    }

    private const string Proposed =
        "insert into review_rule (book_id, key, begins, valid_from, reason, proposed_by, proposed_at) values (1, 'month-close', false, '2026-01-01', '停用', 1, now())";

    private static async Task<TestBody> WithGift()
    {
        TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, January);
        await body.Reconcile(new LocalDate(2026, 1, 31));
        return body;
    }
}
