using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Grants.Awards;

/// <summary>What the calendar gives up: by a rule that two approved, never without it, and nothing else by it.</summary>
public sealed class LapsingTests
{
    [Fact]
    public async Task Nothing_lapses_without_the_rule_and_the_pages_say_who_may_help()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        long grant = await grants.Awarded();
        (await grants.Desk.Ask(new AwardPage(grant))).Overdue.ShouldBe(OverdueAgreement.No);
        grants.Wait(40);
        (await body.Operator.Run(new TimeOutAgreements(AwardNotation.Key))).ShouldBe(0);
        (await grants.State(grant)).ShouldBe(GrantState.Awarded);
        AwardView shown = await grants.Lead.Ask(new AwardPage(grant));
        (shown.Overdue, shown.MayApproveRule).ShouldBe((OverdueAgreement.RuleMissing, false));
        (await grants.Lead.Ask(new GrantAgreementPage(grant))).Overdue.ShouldBe(OverdueAgreement.RuleMissing);
        AwardBoardView board = await body.Accountant.Ask(new AwardBoard());
        (board.Overdue, board.MayApproveRule).ShouldBe((1, true));

        // One proposes, another agrees, and the next round of the calendar sees to it.
        (await AwardNotation.Refused(() => body.Accountant.Run(
            new ProposeRule(AwardNotation.Key, true, new LocalDate(2026, 1, 1), "自动", "everything")))).Code.ShouldBe(ReviewRule.Unknown);
        await grants.ApproveLapsing();
        (await grants.Desk.Ask(new AwardPage(grant))).Overdue.ShouldBe(OverdueAgreement.Lapses);
        (await grants.Desk.Ask(new AwardBoard())).Overdue.ShouldBe(0);
        (await body.Operator.Run(new TimeOutAgreements(AwardNotation.Key))).ShouldBe(1);
        (await grants.State(grant)).ShouldBe(GrantState.Lapsed);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_lapses_carries_the_rule_and_stands_in_the_books_and_in_the_log()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        await grants.ApproveLapsing();
        long grant = await grants.Awarded();
        grants.Wait(40);
        (await body.Operator.Run(new TimeOutAgreements(AwardNotation.Key))).ShouldBe(1);
        (await grants.Available()).ShouldBe(new FundNumberPair(Amount.Yuan(10000), Amount.Yuan(8200)));
        await using FundDb db = body.Db();
        GrantAward award = await db.Set<GrantAward>().SingleAsync(row => row.GrantId == grant);
        PostedEntry entry = await db.Entries.SingleAsync(row => row.VoucherId == award.EndedVoucherId);
        (award.EndedAs, entry.Series, entry.MakerId, entry.ReviewerId, entry.ReviewRule).ShouldBe(
            (AwardEnd.Lapsed, "备", grants.Id("steer"), null, ReviewRule.LapsedCommitments));
        (await db.Set<GrantLog>().SingleAsync(row => row.GrantId == grant && row.Move == GrantMove.AgreementTimeout)).Vouchers
            .ShouldBe([entry.VoucherId]);
        RuleView rule = await body.Reviewer.Ask(new RuleList(ReviewRule.LapsedCommitments));
        (rule.IsInForce, rule.Latest.Single().VoucherId).ShouldBe((true, entry.VoucherId));
        (await body.Reviewer.Ask(new RuleList())).Reviewed.ShouldBe(0);
        await grants.ShouldBeClean();

        // What the rule reviewed stays reviewed by it: it ends for days that come.
        Refusal used = await AwardNotation.Refused(() => body.Accountant.Run(
            new ProposeRule(AwardNotation.Key, false, entry.OccurredOn, "改为人工", ReviewRule.LapsedCommitments)));
        (used.Code, used.Facts["used"]).ShouldBe(("database.review-rule-used", "2026-05-07"));
        long end = await body.Accountant.Run(
            new ProposeRule(AwardNotation.Key, false, entry.OccurredOn.PlusDays(1), "改为人工", ReviewRule.LapsedCommitments));
        await body.Reviewer.Run(new AgreeRule(AwardNotation.Key, end));
        (await body.Operator.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_check_finds_an_entry_that_the_rule_reviewed_without_a_move_of_the_calendar()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        await grants.ApproveLapsing();
        long grant = await grants.Awarded();
        grants.Wait(40);
        await body.Operator.Run(new TimeOutAgreements(AwardNotation.Key));
        await grants.Sql($"""
            alter table grant_log disable trigger user;
            update grant_log set vouchers = array[]::bigint[] where grant_id = {grant} and move = 'agreement-timeout';
            alter table grant_log enable trigger user
            """);
        (await body.Operator.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).Select(fault => fault.Code)
            .ShouldContain("review.rule-unlogged");
    }

    // {0} is the award's voucher, {1} the grant; Written writes the same lines once more, the same way round or the other.
    private const string Written = """
        insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
          select book_id, kind, '2026-05-07', 202605, narrative_id, line_count, total, maker_id, '2026-05-07 02:00Z' from voucher where voucher_id = {0};
        insert into voucher_line (book_id, voucher_id, line_no, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                                  project_class, project_id, narrative_id)
          select book_id, (select max(voucher_id) from voucher), line_no, account_id, fund_id, commodity, SIDE, units, restriction, cash_flow,
                 movement, project_class, project_id, narrative_id from voucher_line where voucher_id = {0};
        select prove_vouchers(1, array[(select max(voucher_id) from voucher)], '2026-05-07 02:00Z');
        """;

    private const string Back = "case side when 'D' then 'C' else 'D' end";

    private const string ByRule = "select post_vouchers(1, array[(select max(voucher_id) from voucher)], null, 'lapsed-commitments', '2026-05-07 02:00Z');";

    private const string Ended = """
        update grant_award set ended_as = 'lapsed', ended_at = '2026-05-07 02:00Z', ended_voucher_id = (select max(voucher_id) from voucher)
         where grant_id = {1};
        """;

    private const string Logged = """
        insert into grant_signature select 1, grant_id, state_version, 'agreement-timeout', 'calendar', null, '2026-05-07 02:00Z', '', ''
          from grant_case where grant_id = {1};
        insert into grant_log select 1, grant_id, state_version + 1, 'agreement-timeout', 'awarded', 'lapsed', null, 'WHEN', '', '', '{}', VOUCHERS
          from grant_case where grant_id = {1};
        update grant_case set state = 'lapsed', state_version = state_version + 1, due_on = null where grant_id = {1};
        """;

    [Theory]
    [InlineData("commitment_rule_promises", "side", ByRule)]
    [InlineData("review_rule_beyond", Back, "select post_vouchers(1, array[(select max(voucher_id) from voucher)], null, 'month-close', '2026-05-07 02:00Z')")]
    [InlineData("commitment_rule_unlogged", Back, ByRule)]
    [InlineData("commitment_rule_unlogged", Back, ByRule + Ended)]
    [InlineData("grant_lapse_early", Back, ByRule + Ended, "2026-04-20 02:00Z", "array[(select max(voucher_id) from voucher)]")]
    [InlineData("grant_lapse_early", Back, ByRule + Ended, "2026-05-07 02:00Z", "array[{0}]::bigint[]")]
    [InlineData("grant_award_unlike_voucher", Back, "select post_vouchers(1, array[(select max(voucher_id) from voucher)], OTHER, null, '2026-05-07 02:00Z');" + Ended,
        "2026-05-07 02:00Z", "array[(select max(voucher_id) from voucher)]")]
    public async Task The_app_login_gives_nothing_else_up_by_the_rule(string constraint, string side, string attack, string when = "", string vouchers = "")
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        await grants.ApproveLapsing();
        (long grant, long voucher) = await Promised(grants);
        (await Attack(body.Connections.Books, Said(Written.Replace("SIDE", side, StringComparison.Ordinal) + attack + Log(when, vouchers), grants, voucher,
            grant))).ConstraintName.ShouldBe(constraint);
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task More_than_was_promised_is_not_given_up_nor_anything_without_the_rule_or_of_another_series()
    {
        await using TestBody body = await TestBody.New();
        AwardNotation grants = await AwardNotation.Of(body);
        (long grant, long voucher) = await Promised(grants);
        string back = Written.Replace("SIDE", Back, StringComparison.Ordinal);
        (await Attack(body.Connections.Books, Said(back + ByRule, grants, voucher, grant))).ConstraintName.ShouldBe("commitment_rule_not_approved");
        await grants.ApproveLapsing();
        string twice = back + ByRule + Ended + back + ByRule
            + Log("2026-05-07 02:00Z", "(select array[max(voucher_id), max(voucher_id) - 1] from voucher)");
        (await Attack(body.Connections.Books, Said(twice, grants, voucher, grant))).ConstraintName.ShouldBe("commitment_rule_above");
        long expense = await body.PrepareExpense(TestBody.Community, 1, on: new LocalDate(2026, 5, 6));
        (await Attack(body.Connections.Books, $"select post_vouchers(1, array[{expense}::bigint], null, 'lapsed-commitments', '2026-05-07 02:00Z')"))
            .ConstraintName.ShouldBe("review_rule_beyond");
        await grants.ShouldBeClean();
    }

    private static string Log(string when, string vouchers) => when.Length == 0 ? ""
        : Logged.Replace("WHEN", when, StringComparison.Ordinal).Replace("VOUCHERS", vouchers, StringComparison.Ordinal);

    private static string Said(string sql, AwardNotation grants, long voucher, long grant) => sql
        .Replace("{0}", $"{voucher}", StringComparison.Ordinal).Replace("{1}", $"{grant}", StringComparison.Ordinal)
        .Replace("OTHER", $"{grants.Id("l2")}", StringComparison.Ordinal);

    private static async Task<(long Grant, long Voucher)> Promised(AwardNotation grants)
    {
        long grant = await grants.Awarded();
        grants.Wait(40);

        // There would be money for another promise.
        await grants.Body.Gift(TestBody.Community, 20000, Restriction.Unrestricted, new LocalDate(2026, 5, 6));
        await grants.Body.Gift(TestBody.Children, 20000, Restriction.Restricted, new LocalDate(2026, 5, 6));
        return (grant, (await grants.Desk.Ask(new AwardPage(grant))).Awards.Single().Voucher);
    }
}
