using CommunityFund.Grants.Tranches;
using CommunityFund.Tests.Books;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Life;
using Npgsql;

namespace CommunityFund.Tests.Grants.Tranches;

/// <summary>What PostgreSQL refuses of a running grant, told by the app's own login in SQL: of its tranches, its money, its papers and its end.
/// </summary>
public sealed class RunningWallTests
{
    [Fact]
    public async Task Money_steps_and_papers_of_a_running_grant_agree_whatever_the_program_thinks()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation running = await TrancheNotation.Running(body);
        AwardNotation grants = running.Grants;
        long grant = running.Grant, other = await grants.Ranked(2, "童趣课堂", 4000), lead = grants.Id("lead"), desk = grants.Id("desk");
        (Tranche one, Tranche two) = (await running.Tranche(), await running.Tranche(2));
        long posted = (long)(await grants.Sql("select min(voucher_id) from voucher where state = 'posted'"))!;

        // Steps: none that the table has not, none without its log, none without its voucher.
        string Log(string move, string from, string to, string mover, string vouchers = "") => "insert into tranche_log (book_id, tranche_id, state_version, "
            + "move, from_state, to_state, mover, actor_id, at, reason, facts, vouchers) values "
            + $"(1, {one.TrancheId}, {one.StateVersion + 1}, '{move}', '{from}', '{to}', '{mover}', {desk}, now(), '', '{{}}', array[{vouchers}]::bigint[]);";
        await Refused(body, "tranche_move_unlisted", Log("request", "eligible", "approved", "lead"));
        await Refused(body, "tranche_move_unlisted", Log("request", "eligible", "requested", "desk"));
        await Refused(body, "tranche_move_unlogged", $"update tranche set state = 'approved' where tranche_id = {one.TrancheId}");
        await Refused(body, "tranche_move_unposted", Log("cancel", "eligible", "cancelled", "approver-l2"));
        await Refused(body, "tranche_asked", $"update tranche set asked = units + 1 where tranche_id = {one.TrancheId}");
        await Refused(body, "tranche_plan_differs", $"update tranche set units = units + 1 where tranche_id = {one.TrancheId}");
        await Refused(body, "tranche_request_sum", "insert into tranche_request (book_id, tranche_id, request_no, units, purpose, agreement_version, tier, "
            + $"tier_version, checker_approves, approver_releases, approver_reviews, requested_by, requested_at) values (1, {one.TrancheId}, 1, 100, '餐费', 1, "
            + $"'first', 0, false, true, true, {lead}, now())");
        await body.Superuser($"update tranche set state = 'scheduled' where tranche_id = {one.TrancheId}");
        await Refused(body, "tranche_state_unlike_money", Log("confirm-paid", "scheduled", "paid", "voucher", $"{posted}")
            + $"update tranche set state = 'paid', state_version = state_version + 1 where tranche_id = {one.TrancheId}");
        await body.Superuser($"update tranche set state = 'eligible' where tranche_id = {one.TrancheId}");

        // Money: within what was promised, paid and claimed, of this grant and the funds of its plan, as its voucher says.
        string Money(string move, long units, long? tranche, int? fund = null, long? of = null) => "insert into grant_money (book_id, grant_id, tranche_id, fund_id, "
            + $"move, units, voucher_id, occurred_on, at) values (1, {of ?? grant}, {tranche?.ToString() ?? "null"}, {fund ?? grants.Children}, '{move}', {units}, "
            + $"{(move == "carried" ? "null" : posted)}, '2026-04-11', now());";
        await Refused(body, "grant_fund_promise", Money("cancelled", 1_000_001, null));
        await Refused(body, "tranche_fund_promise", Money("paid", 720_001, one.TrancheId));
        await Refused(body, "grant_fund_advance", Money("acquitted", 1, one.TrancheId));
        await Refused(body, "tranche_fund_advance", Money("paid", 100, one.TrancheId) + Money("acquitted", 100, two.TrancheId));
        await Refused(body, "grant_fund_claim", Money("recovered", 1, null));
        await Refused(body, "grant_demand_unsigned", Money("demanded", 1, one.TrancheId));
        await Refused(body, "grant_money_other_grant", Money("paid", 100, one.TrancheId, of: other));
        await Refused(body, "grant_money_other_fund", Money("returned", -5, one.TrancheId, TestBody.General));
        await Refused(body, "grant_money_unlike_voucher", Money("paid", 100, one.TrancheId));
        await Refused(body, "grant_money_unlike_voucher", Money("paid", 100, one.TrancheId) + Money("carried", 100, two.TrancheId));

        // An end with money promised is none, with both signatures.
        int version = await grants.Version(grant);
        string Signed(string mover, string who) => "insert into grant_signature (book_id, grant_id, state_version, move, mover, person_id, at, reason, clause) values "
            + $"(1, {grant}, {version}, 'terminate', '{mover}', {grants.Id(who)}, now(), '停办', '');";
        await Refused(body, "grant_end_open", Signed("steer", "steer") + Signed("approver-l2", "l2")
            + "insert into grant_log (book_id, grant_id, state_version, move, from_state, to_state, actor_id, at, reason, clause, facts, vouchers) values "
            + $"(1, {grant}, {version + 1}, 'terminate', 'active', 'terminated', {grants.Id("l2")}, now(), '停办', '', '{{}}', array[{posted}]);"
            + $"update grant_case set state = 'terminated', state_version = state_version + 1 where grant_id = {grant}");

        // Papers by two people, in their order.
        await Refused(body, "grant_hearing_told", "insert into grant_hearing (book_id, grant_id, state_version, told_on, heard_on, came, summary, heard_by, noted_at) "
            + $"values (1, {grant}, {version}, '2026-04-10', '2026-04-10', true, '停办', {desk}, now())");
        await Refused(body, "grant_instalment_plan_two", "insert into grant_instalment_plan (book_id, grant_demand_id, no, state, reason, proposed_by, proposed_at, "
            + $"decided_by, decided_at) values (1, 1, 1, 'agreed', '分期', {desk}, now(), {desk}, now())");
        await Refused(body, "grant_write_off_two", "insert into grant_write_off (book_id, grant_id, bearer_fund_id, units, reason, disclosure, state, drafted_by, "
            + $"drafted_at) values (1, {grant}, 3, 1, '无力缴还', '公开', 'drafted', {desk}, now()); update grant_write_off set state = 'resolved', resolution = '决议', "
            + $"resolved_by = {desk}, resolved_at = now()");
        await Refused(body, "tranche_report_two", "insert into tranche_report (book_id, tranche_id, version, text, people, activities, spent, submitted_by, submitted_at, "
            + $"accepted, decided_by, decided_at) values (1, {one.TrancheId}, 1, '报告', 1, 1, 1, {lead}, now(), true, {lead}, now())");
        string Acquittal(int no, long handler, long witness) => "insert into grant_acquittal (book_id, tranche_id, version, handler_id, witness_id, submitted_by, "
            + $"submitted_at, state) values (1, {one.TrancheId}, {no}, {handler}, {witness}, {lead}, now(), 'submitted');";
        await Refused(body, "grant_acquittal_two_names", Acquittal(1, lead, lead));
        await Refused(body, "grant_acquittal_one_open", Acquittal(1, lead, desk) + Acquittal(2, lead, desk));
        const string Returns = "insert into grant_return (book_id, tranche_id, units, state, announced_by, announced_at, expectation_id, voucher_id) values ";
        await Refused(body, "grant_return_out_of_turn", $"{Returns} (1, {one.TrancheId}, 1, 'returned', {lead}, now(), 1, {posted})");
        string awaited = $"(1, {one.TrancheId}, 1, 'announced', {lead}, now(), 1, null)";
        await Refused(body, "grant_return_one_open", $"{Returns} {awaited}, {awaited}");
        await Refused(body, "grant_finding_out_of_turn", "insert into grant_finding (book_id, grant_id, words, blocks, state, raised_by, raised_at, ending, closed_by, "
            + $"closed_at) values (1, {grant}, '账目待查', true, 'closed', {desk}, now(), '了结', {desk}, now())");
        await Refused(body, "grant_amendment_out_of_turn", "insert into grant_amendment (book_id, grant_id, amendment_no, award_no, based_on, kind, state, reason, share, "
            + "by_self, ends_on, lead_id, fin_lead_id, lead_before, fin_before, units, asked_by, asked_at, due_on, decided_by, decided_at) values "
            + $"(1, {grant}, 1, 1, 0, 'extend', 'in-force', '延期', 0, false, '2026-12-31', {lead}, {desk}, {lead}, {desk}, 0, {lead}, now(), '2026-05-01', {desk}, now())");
        string receipt = $"(1, {grant}, 'receipt', '2026-04-10', 100, 'meals', 1, '食材', 1, '\\x01', 'ready', {lead}, now())";
        await Refused(body, "grant_receipt_photo_once", "insert into grant_receipt (book_id, grant_id, kind, issued_on, units, spending, line_no, what, photo_id, "
            + $"photo_sha256, state, added_by, added_at) values {receipt}, {receipt}");
        await grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_is_with_the_bank_is_neither_held_nor_cancelled()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation running = await TrancheNotation.Running(body);
        await running.Approved();
        await running.Matched();
        Tranche row = await running.Tranche();
        string log = "insert into tranche_log (book_id, tranche_id, state_version, move, from_state, to_state, mover, actor_id, at, reason, facts, vouchers) values "
            + $"(1, {row.TrancheId}, {row.StateVersion + 1}, 'hold', '{CommunityFund.Books.Codes.Kebab(row.State)}', 'held', 'desk', {running.Grants.Id("desk")}, now(), "
            + "'先停', '{}', '{}');";
        await Refused(body, "tranche_on_its_way", log + $"update tranche set state = 'held', held_by = 'desk', state_version = state_version + 1 where tranche_id = {row.TrancheId}");
    }

    private static async Task Refused(TestBody body, string constraint, string sql)
    {
        await using NpgsqlConnection connection = new(body.Connections.Books);
        await connection.OpenAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using NpgsqlCommand command = new(sql, connection, transaction);
        PostgresException refused = await Should.ThrowAsync<PostgresException>(async () =>
        {
            await command.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }, sql);
        refused.ConstraintName.ShouldBe(constraint, $"{sql}: {refused.MessageText}");
        ConstraintWordsTests.Tell(refused);
    }
}
