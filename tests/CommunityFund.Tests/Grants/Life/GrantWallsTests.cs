using CommunityFund.Grants;
using CommunityFund.Tests.Books;
using Npgsql;

namespace CommunityFund.Tests.Grants.Life;

/// <summary>What PostgreSQL refuses of the life of a grant, told by the app's own login in SQL: no step beside the table, none unsigned, none
/// unlogged, none without its voucher, and no second thoughts in the log.</summary>
public sealed class GrantWallsTests
{
    private const string Signed = "insert into grant_signature values (1, {0}, 1, '{1}', '{2}', {3}, now(), '理由', '');";

    private const string Logged =
        "insert into grant_log values (1, {0}, {4}, '{1}', '{2}', '{3}', 2, now(), '理由', '', '{{}}', array[{5}]::bigint[]);";

    private static readonly string[] AppendOnly =
    [
        "update grant_log set reason = '改过'", "delete from grant_log", "truncate grant_log", "update grant_signature set person_id = 3",
        "delete from grant_signature", "truncate grant_signature", "insert into grant_move_rule values ('draft', 'award', 'awarded', '{lead}', '')",
        "update grant_move_rule set movers = '{lead}' where move = 'award'", "delete from grant_move_rule", "truncate grant_move_rule",
        "delete from grant_case", "update grant_case set created_at = now()", "update grant_case set filled_by = 2", "update grant_round set cap_units = 1",
        "update grant_round set policy = 'expense-on-disbursement'", "update grant_round set screening_days = 60", "update grant_round set notice_days = 1",
        "delete from grant_round", "update grant_round_pool set units = 1", "delete from grant_round_pool", "update grant_round_need set voices = 1",
        "delete from grant_round_need",
    ];

    [Fact]
    public async Task A_state_changes_with_its_log_and_never_without()
    {
        await using TestBody body = await TestBody.New();
        long grant = await body.Case(await body.Called(), 1, GrantState.Submitted);
        await Refused(body, "grant_move_unlogged", $"update grant_case set state = 'under-screening', state_version = 2 where grant_id = {grant}");
        await Refused(body, "grant_move_unlogged", $"update grant_case set state = 'awarded' where grant_id = {grant}");
        await Refused(body, "grant_move_unlogged", $"update grant_case set state_version = 9 where grant_id = {grant}");

        // A logged step leads to where the log says and nowhere else.
        string log = Text(Signed, grant, "start-screening", "desk", 2) + Text(Logged, grant, "start-screening", "submitted", "under-screening", 2, "");
        await Refused(body, "grant_move_unlogged", log + $"update grant_case set state = 'eligible', state_version = 2 where grant_id = {grant}");
        await Refused(body, "grant_move_unlogged", "insert into grant_case (book_id, grant_round_id, title, community, lead_id, filled_by, state, state_version, created_at) "
            + "select 1, grant_round_id, '没有记录', '幸福里', 1, 1, 'draft', 1, now() from grant_round");
        await Run(body, log + $"update grant_case set state = 'under-screening', state_version = 2 where grant_id = {grant}");
        (await body.CaseOf(grant)).State.ShouldBe(GrantState.UnderScreening);
    }

    [Fact]
    public async Task A_step_that_the_table_does_not_have_is_neither_signed_nor_logged_nor_begun_with()
    {
        await using TestBody body = await TestBody.New();
        long grant = await body.Case(await body.Called(), 1, GrantState.Submitted);
        await Refused(body, "grant_move_unlisted", Text(Signed, grant, "award", "steer", 2));
        await Refused(body, "grant_move_unlisted", Text(Signed, grant, "start-screening", "lead", 2));
        await Refused(body, "grant_move_unlisted", Text(Signed, grant, "start-screening", "desk", 2).Replace(", 1, 'start", ", 7, 'start", StringComparison.Ordinal));
        await Refused(body, "grant_move_unlisted", Text(Logged, grant, "promote", "submitted", "recommended", 2, ""));
        await Refused(body, "grant_move_unlisted", Text(Logged, grant, "start-screening", "submitted", "awarded", 2, ""));
        await Refused(body, "grant_move_unlisted", Text(Logged, grant, "accept", "under-screening", "eligible", 2, ""));
        await Refused(body, "grant_move_unlisted", Text(Logged, grant, "start-screening", "submitted", "under-screening", 3, ""));
        await Refused(body, "grant_move_unlisted", Text(Logged, grant, "create", "", "draft", 1, "").Replace("''", "null", StringComparison.Ordinal));
        await Refused(body, "grant_move_unlisted", "insert into grant_case (book_id, grant_round_id, title, community, lead_id, filled_by, state, state_version, created_at) "
            + "select 1, grant_round_id, '一步到位', '幸福里', 1, 1, 'awarded', 1, now() from grant_round");
    }

    [Fact]
    public async Task A_step_happens_only_when_everybody_whom_the_table_names_has_signed_each_another_person()
    {
        await using TestBody body = await TestBody.New();
        long grant = await body.Case(await body.Called(), 1, GrantState.InReview);
        string log = Text(Logged, grant, "withdraw", "in-review", "withdrawn", 2, "");
        await Refused(body, "grant_move_unsigned", log);
        await Refused(body, "grant_move_unsigned", Text(Signed, grant, "withdraw", "lead", 1) + log);
        await Refused(body, "grant_signature_once", Text(Signed, grant, "withdraw", "lead", 1) + Text(Signed, grant, "withdraw", "chair", 1));
        await Refused(body, "grant_signature_timer", Text(Signed, grant, "withdraw", "chair", "null"), told: false);
        await Run(body, Text(Signed, grant, "withdraw", "lead", 1) + Text(Signed, grant, "withdraw", "chair", 2) + log);
    }

    [Fact]
    public async Task A_step_that_promises_money_is_logged_with_a_posted_voucher()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, CommunityFund.Ledger.Restriction.Unrestricted);
        long waiting = await body.PrepareExpense(TestBody.Community, 10);
        long grant = await body.Case(await body.Called(), 1, GrantState.Awarded);
        string signed = Text(Signed, grant, "decline-award", "lead", 1);
        foreach (object voucher in new object[] { "", waiting, 987654 })
        {
            await Refused(body, "grant_move_unposted", signed + Text(Logged, grant, "decline-award", "awarded", "declined", 2, voucher));
        }
    }

    [Fact]
    public async Task Neither_log_nor_signatures_nor_the_table_nor_an_open_round_is_rewritten_not_even_by_their_owner()
    {
        await using TestBody body = await TestBody.New();
        long grant = await body.Case(await body.Called(), 1, GrantState.InReview);
        await Run(body, Text(Signed, grant, "withdraw", "lead", 1));
        foreach (string attack in AppendOnly)
        {
            PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(body, attack, body.Connections.Owner), attack);
            refused.ConstraintName.ShouldBe("append_only", attack);
        }
    }

    [Fact]
    public async Task Whoever_is_named_in_a_case_is_another_than_the_lead()
    {
        await using TestBody body = await TestBody.New();
        long grant = await body.Case(await body.Called(), 1);
        await Refused(body, "grant_two_leads", $"update grant_case set fin_lead_id = 1 where grant_id = {grant}");
        await Refused(body, "grant_signer_apart", $"update grant_case set signer_id = 1 where grant_id = {grant}");
        await Refused(body, "grant_number_counts_up", $"update grant_case set number = '2026-1-001' where grant_id = {grant}");
    }

    [Fact]
    public async Task A_number_is_given_once_and_whoever_signs_keeps_the_text_that_was_read()
    {
        await using TestBody body = await TestBody.New();
        long round = await body.Called();
        await body.Case(round, 1, number: "2026-1-001");
        Microsoft.EntityFrameworkCore.DbUpdateException twice =
            await Should.ThrowAsync<Microsoft.EntityFrameworkCore.DbUpdateException>(() => body.Case(round, 1, number: "2026-1-001"));
        PostgresException once = twice.InnerException.ShouldBeOfType<PostgresException>();
        once.ConstraintName.ShouldBe("grant_case_number_once");
        ConstraintWordsTests.Tell(once);
        long grant = await body.Case(round, 1, GrantState.AwaitingSignOff, signer: 2);
        await Refused(body, "grant_snapshot_missing", Text(Signed, grant, "sign-off", "signer", 2)
            + Text(Logged, grant, "sign-off", "awaiting-sign-off", "submitted", 2, ""));
    }

    [Fact]
    public async Task A_round_is_whole_when_it_is_agreed_to_and_gets_nothing_more()
    {
        await using TestBody body = await TestBody.New();
        long round = await body.Called();
        const string Bare = """
            insert into grant_round (book_id, code, title, survey, who_may, forbidden, guide, opens_on, closes_on, cap_units, own_basis, policy,
              screening_days, correction_days, notice_days, agreement_days, state, proposed_by, proposed_at)
            values (1, '{0}', '空的', 'x', 'x', 'x', '', '2026-03-01', '{1}', 1, 0, 'advance-then-acquit', 10, 5, 7, 15, '{2}', 1, now());
            """;
        const string Agrees = "update grant_round set state = 'agreed', decided_by = {0}, decided_at = now() where code = '2026-9'";
        await Refused(body, "grant_round_decided_already", $"insert into grant_round_pool values (1, {round}, {TestBody.Children}, 100)");
        await Refused(body, "grant_round_decided_already", $"insert into grant_round_need values (1, {round}, 2, '添一条', 1)");
        await Refused(body, "grant_round_code_once", Text(Bare, "2026-1", "2026-03-31", "waiting"));
        await Refused(body, "grant_round_dates", Text(Bare, "2026-9", "2026-02-01", "waiting"));
        await Refused(body, "register_out_of_turn", Text(Bare, "2026-9", "2026-03-31", "agreed"));
        await Run(body, Text(Bare, "2026-9", "2026-03-31", "waiting"));
        await Refused(body, "grant_round_not_whole", Text(Agrees, 2));
        await Refused(body, "register_same_person", Text(Agrees, 1));
        await Refused(body, "register_out_of_turn", $"update grant_round set state = 'dropped' where grant_round_id = {round}");
    }

    private static string Text(string format, params object[] parts) => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, parts);

    private static async Task Refused(TestBody body, string constraint, string sql, bool told = true)
    {
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(body, sql), sql);
        refused.ConstraintName.ShouldBe(constraint, $"{sql}: {refused.MessageText}");
        if (told)
        {
            ConstraintWordsTests.Tell(refused);
        }
    }

    private static async Task Run(TestBody body, string sql, string? login = null)
    {
        await using NpgsqlConnection connection = new(login ?? body.Connections.Books);
        await connection.OpenAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using NpgsqlCommand command = new(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }
}
