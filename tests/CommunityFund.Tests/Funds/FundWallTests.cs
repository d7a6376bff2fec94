using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Tests.Books;
using Npgsql;

namespace CommunityFund.Tests.Funds;

/// <summary>Attacks on what binds funds, by the tables' owner and by the app's login.</summary>
public sealed class FundWallTests
{
    private const string Decision =
        "insert into fund_decision (book_id, fund_id, kind, principal, was_principal, reason, state, proposed_by, proposed_at, decided_by, decided_at) values ";

    private const string Transfer =
        "insert into fund_transfer (book_id, from_fund, to_fund, units, restriction, reason, state, proposed_by, proposed_at) values ";

    [Theory]
    [InlineData("append_only", "update fund set state = 'frozen' where fund_id = 3")]
    [InlineData("append_only", "update fund set principal_minimum = 1 where fund_id = 3")]
    [InlineData("append_only", "update fund set clause = '随便用' where fund_id = 4")]
    [InlineData("append_only", "update fund_clause set words = '随便用'")]
    [InlineData("append_only", "delete from fund_clause")]
    [InlineData("clause_backwards", "insert into fund_clause (book_id, fund_id, kind, words, for_all, in_force_from, added_by, added_at) values (1, 4, 'purpose', '追溯', true, '2026-03-01', 1, now())")]
    [InlineData("clause_needs_restriction", "insert into fund_clause (book_id, fund_id, kind, words, for_all, in_force_from, added_by, added_at) values (1, 3, 'purpose', '限定', true, '2026-04-01', 1, now())")]
    [InlineData("voucher_already_proved", "insert into voucher_clause select 1, v.voucher_id, c.fund_clause_id from voucher v, fund_clause c limit 1")]
    [InlineData("decision_by_two", Decision + "(1, 3, 'close', null, 0, '关', 'done', 1, now(), null, now())")]
    [InlineData("decision_by_two", Decision + "(1, 3, 'freeze', null, 0, '冻', 'waiting', 1, now(), null, null)")]
    [InlineData("decision_out_of_turn", Decision + "(1, 3, 'thaw', null, 0, '解', 'done', 1, now(), null, now())")]
    [InlineData("fund_stays_open", Decision + "(1, 1, 'freeze', null, 0, '冻', 'done', 1, now(), null, now())")]
    [InlineData("decision_by_two", Decision + "(1, 3, 'close', null, 0, '关', 'waiting', 1, now(), null, null); update fund_decision set state = 'done', decided_by = 1, decided_at = now()")]
    [InlineData("fund_not_empty", Decision + "(1, 3, 'close', null, 0, '关', 'waiting', 1, now(), null, null); update fund_decision set state = 'done', decided_by = 2, decided_at = now()")]
    [InlineData("append_only", Decision + "(1, 3, 'freeze', null, 0, '冻', 'done', 1, now(), null, now()); update fund_decision set reason = '改'")]
    [InlineData("append_only", Decision + "(1, 3, 'freeze', null, 0, '冻', 'done', 1, now(), null, now()); delete from fund_decision")]
    [InlineData("transfer_out_of_turn", "insert into fund_transfer (book_id, from_fund, to_fund, units, restriction, reason, state, proposed_by, proposed_at, agreed_by, agreed_at) values (1, 3, 1, 5, 'U', '调', 'agreed', 1, now(), 2, now())")]
    [InlineData("transfer_same_person", Transfer + "(1, 3, 1, 5, 'U', '调', 'proposed', 1, now()); update fund_transfer set state = 'agreed', agreed_by = 1, agreed_at = now()")]
    [InlineData("transfer_out_of_turn", Transfer + "(1, 3, 1, 5, 'U', '调', 'proposed', 1, now()); update fund_transfer set state = 'posted', agreed_by = 2, agreed_at = now(), voucher_id = 1")]
    [InlineData("append_only", Transfer + "(1, 3, 1, 5, 'U', '调', 'proposed', 1, now()); update fund_transfer set units = 500000")]
    [InlineData("hold_above_available", Transfer + "(1, 3, 1, 100001, 'U', '调', 'proposed', 1, now())")]
    [InlineData("transfer_other_restriction", Transfer + "(1, 4, 3, 5, 'R', '调', 'proposed', 1, now())")]
    [InlineData("transfer_above_unrestricted", Transfer + "(1, 4, 3, 5, 'U', '调', 'proposed', 1, now())")]
    [InlineData("transfer_follows_voucher", Transfer + "(1, 3, 1, 5, 'U', '调', 'proposed', 1, now()); update fund_transfer set state = 'agreed', agreed_by = 2, agreed_at = now(); update fund_transfer set state = 'prepared', voucher_id = 1")]
    [InlineData("designation_above_free", "insert into designation (book_id, fund_id, units, purpose, resolution, decided_on, recorded_by, recorded_at) values (1, 3, 100001, '花园', '决议', '2026-03-01', 1, now())")]
    [InlineData("append_only", "insert into designation (book_id, fund_id, units, purpose, resolution, decided_on, recorded_by, recorded_at) values (1, 3, 1, '花园', '决议', '2026-03-01', 1, now()); delete from designation")]
    public async Task What_binds_a_fund_is_not_walked_around_by_the_owner(string constraint, string attack)
    {
        await using TestBody body = await Given();
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(body.Connections.Owner, attack));
        ConstraintWordsTests.Tell(refused);
        refused.ConstraintName.ShouldBe(constraint);
    }

    [Theory]
    [InlineData("update fund set state = 'open'")]
    [InlineData("update fund set clause = ''")]
    [InlineData("update fund_clause set words = ''")]
    [InlineData("delete from fund_transfer")]
    [InlineData("update fund_decision set principal = 0")]
    public async Task The_apps_login_lacks_the_very_right(string attack)
    {
        await using TestBody body = await Given();
        (await Should.ThrowAsync<PostgresException>(() => Run(body.Connections.Books, attack))).SqlState.ShouldBe("42501");
    }

    [Fact]
    public async Task A_voucher_that_hands_money_on_without_signatures_or_otherwise_than_signed_is_refused()
    {
        await using TestBody body = await Given();
        long transfer = await body.Reviewer.Run(new ProposeTransfer(
            TestBody.Key, TestBody.Community, TestBody.General, Amount.Yuan(5), Restriction.Unrestricted, "调拨", ""));
        await body.Accountant.Run(new AgreeTransfer(TestBody.Key, transfer));
        const string lines = """
            insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
              select book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at from voucher
               where voucher_id = (select max(voucher_id) from voucher);
            insert into voucher_line select book_id, voucher_id + 1, line_no, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                   movement, project_class, project_id, counterparty_id, enterprise_id, document_id, clause, narrative_id
              from voucher_line where voucher_id = (select max(voucher_id) - 1 from voucher)
            """;
        (await Should.ThrowAsync<PostgresException>(() => Run(body.Connections.Books, lines))).ConstraintName.ShouldBe("transfer_not_signed");
    }

    private static async Task<TestBody> Given()
    {
        TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted);
        return body;
    }

    private static async Task Run(string connection, string sql)
    {
        await using NpgsqlConnection open = new(connection);
        await open.OpenAsync();
        await using NpgsqlCommand command = new(sql, open);
        await command.ExecuteNonQueryAsync();
    }
}
