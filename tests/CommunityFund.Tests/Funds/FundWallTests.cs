using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Funds.Fees;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using CommunityFund.Tests.Books;
using Npgsql;

namespace CommunityFund.Tests.Funds;

/// <summary>Attacks on what binds funds, by the tables' owner and by the app's login. All fail, so one charity serves them all.</summary>
public sealed class FundWallTests(FundWallTests.Charity charity) : IClassFixture<FundWallTests.Charity>
{
    private const string Decision =
        "insert into fund_decision (book_id, fund_id, kind, principal, was_principal, reason, state, proposed_by, proposed_at, decided_by, decided_at) values ";

    private const string Freeze = Decision + "(1, 3, 'freeze', null, 0, '冻', 'done', 1, now(), null, now()); ";

    private const string Designation =
        "insert into designation (book_id, fund_id, units, purpose, resolution, decided_on, recorded_by, recorded_at) values ";

    private const string Clause =
        "insert into fund_clause (book_id, fund_id, kind, words, for_all, in_force_from, added_by, added_at) values ";

    private const string AgainHead = """
        insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
          select book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at from voucher where voucher_id = 3;
        insert into voucher_line select book_id, (select max(voucher_id) from voucher), line_no,
        """;

    private const string AgainTail =
        ", project_class, project_id, counterparty_id, enterprise_id, document_id, clause, narrative_id from voucher_line where voucher_id = 3";

    /// <summary>A voucher like the one both sides signed for, once more.</summary>
    private const string Again =
        AgainHead + "account_id, fund_id, commodity, side, units, restriction, cash_flow, movement" + AgainTail;

    /// <summary>The same with another reason for it, as a person writes by hand: unrestricted, and restricted.</summary>
    private const string ByHand = AgainHead
        + "account_id, fund_id, commodity, side, units, restriction, cash_flow, replace(movement, 'transfer', 'prior-year')" + AgainTail;

    private const string RestrictedByHand = AgainHead
        + "case movement when 'transfer' then (select account_id from account where key = 'net-assets-restricted') else account_id end, fund_id, "
        + "commodity, side, units, replace(restriction, 'U', 'R'), cash_flow, replace(movement, 'transfer', 're-restrict')" + AgainTail;

    private const string Charge =
        "insert into fee_charge (book_id, fund_id, restriction, units, state, made_by, made_at) values (1, 4, 'R', 50, 'prepared', 1, now()); ";

    private const string Ending =
        "insert into fund_ending (book_id, fund_id, rule, reason, source, is_major, state, proposed_by, proposed_at) values (1, 4, 'similar', '终止', '决议', false, 'proposed', 1, now()); ";

    private const string Transfer =
        "insert into fund_transfer (book_id, from_fund, to_fund, units, restriction, reason, state, proposed_by, proposed_at) values ";

    [Theory]
    [InlineData("append_only", "update fund set state = 'frozen' where fund_id = 3")]
    [InlineData("append_only", "update fund set principal_minimum = 1 where fund_id = 3")]
    [InlineData("append_only", "update fund set clause = '随便用' where fund_id = 4")]
    [InlineData("append_only", "update fund_clause set words = '随便用'")]
    [InlineData("append_only", "delete from fund_clause")]
    [InlineData("clause_backwards", Clause + "(1, 4, 'purpose', '追溯', true, '2026-03-01', 1, now())")]
    [InlineData("clause_needs_restriction", Clause + "(1, 3, 'purpose', '限定', true, '2026-04-01', 1, now())")]
    [InlineData("voucher_already_proved", "insert into voucher_clause select 1, v.voucher_id, c.fund_clause_id from voucher v, fund_clause c limit 1")]
    [InlineData("decision_by_two", Decision + "(1, 3, 'close', null, 0, '关', 'done', 1, now(), null, now())")]
    [InlineData("decision_by_two", Decision + "(1, 3, 'freeze', null, 0, '冻', 'waiting', 1, now(), null, null)")]
    [InlineData("decision_out_of_turn", Decision + "(1, 3, 'thaw', null, 0, '解', 'done', 1, now(), null, now())")]
    [InlineData("fee_same_person", "update fee_rule set state = 'confirmed', decided_by = 1, decided_at = now()")]
    [InlineData("fee_rule_cap", "insert into fee_rule (book_id, fund_id, basis, from_day, source, state, proposed_by, proposed_at) values (1, 4, 1001, '2026-01-01', '协议', 'proposed', 1, now())")]
    [InlineData("fee_of_own_funds", "insert into fee_rule (book_id, fund_id, basis, from_day, source, state, proposed_by, proposed_at) values (1, 1, 100, '2026-01-01', '协议', 'proposed', 1, now())")]
    [InlineData("fee_not_agreed", Charge + "insert into fee_charge_gift select 1, c.fee_charge_id, g.lot_id, 500, 50, '' from fee_charge c, gift_lot g where g.restriction = 'R'")]
    [InlineData("transfer_follows_voucher", Charge + "set constraints all immediate")]
    [InlineData("transfer_not_signed", Charge + "update fee_charge set voucher_id = 3; set constraints all immediate")]
    [InlineData("transfer_not_signed", "insert into purpose_consent (book_id, purpose_change_id, lot_id, answer, said_on, way, document, noted_by, noted_at) select 1, purpose_change_id, lot_id, 'yes', '2026-03-10', 'letter', '信', 1, now() from purpose_change_lot; update purpose_change set state = 'agreed', agreed_by = 2, agreed_at = now(); update purpose_change set state = 'prepared', voucher_id = 3; set constraints all immediate")]
    [InlineData("purpose_nobody_agreed", "update purpose_change set state = 'agreed', agreed_by = 2, agreed_at = now()")]
    [InlineData("purpose_same_person", "update purpose_change set state = 'agreed', agreed_by = 1, agreed_at = now()")]
    [InlineData("purpose_out_of_turn", "update purpose_change set state = 'prepared', voucher_id = 1")]
    [InlineData("append_only", "delete from purpose_change_lot")]
    [InlineData("append_only", "update purpose_change_clause set words = '随便用'")]
    [InlineData("ending_home", Ending + "insert into fund_ending_home select 1, fund_ending_id, 1, 'U', 4, '{}', '' from fund_ending")]
    [InlineData("ending_same_person", Ending + "update fund_ending set state = 'agreed', decided_by = 1, decided_at = now()")]
    [InlineData("ending_out_of_turn", Ending + "update fund_ending set state = 'closed', decided_by = 2, decided_at = now(), closed_on = '2026-03-20'")]
    [InlineData("fund_stays_open", Decision + "(1, 1, 'freeze', null, 0, '冻', 'done', 1, now(), null, now())")]
    [InlineData("decision_by_two", Decision + "(1, 3, 'close', null, 0, '关', 'waiting', 1, now(), null, null); update fund_decision set state = 'done', decided_by = 1, decided_at = now()")]
    [InlineData("fund_not_empty", Decision + "(1, 3, 'close', null, 0, '关', 'waiting', 1, now(), null, null); update fund_decision set state = 'done', decided_by = 2, decided_at = now()")]
    [InlineData("append_only", Decision + "(1, 3, 'freeze', null, 0, '冻', 'done', 1, now(), null, now()); update fund_decision set reason = '改'")]
    [InlineData("append_only", Decision + "(1, 3, 'freeze', null, 0, '冻', 'done', 1, now(), null, now()); delete from fund_decision")]
    [InlineData("transfer_out_of_turn", "insert into fund_transfer (book_id, from_fund, to_fund, units, restriction, reason, state, proposed_by, proposed_at, agreed_by, agreed_at) values (1, 3, 1, 5, 'U', '调', 'agreed', 1, now(), 2, now())")]
    [InlineData("transfer_same_person", Transfer + "(1, 3, 1, 5, 'U', '调', 'proposed', 1, now()); update fund_transfer set state = 'agreed', agreed_by = 1, agreed_at = now() where state = 'proposed'")]
    [InlineData("transfer_out_of_turn", Transfer + "(1, 3, 1, 5, 'U', '调', 'proposed', 1, now()); update fund_transfer set state = 'posted', agreed_by = 2, agreed_at = now(), voucher_id = 1")]
    [InlineData("append_only", Transfer + "(1, 3, 1, 5, 'U', '调', 'proposed', 1, now()); update fund_transfer set units = 500000")]
    [InlineData("hold_above_available", Transfer + "(1, 3, 1, 100001, 'U', '调', 'proposed', 1, now())")]
    [InlineData("transfer_other_restriction", Transfer + "(1, 4, 3, 5, 'R', '调', 'proposed', 1, now())")]
    [InlineData("transfer_above_unrestricted", Transfer + "(1, 4, 3, 5, 'U', '调', 'proposed', 1, now())")]
    [InlineData("transfer_follows_voucher", Transfer + "(1, 3, 1, 5, 'U', '调', 'proposed', 1, now()); update fund_transfer set state = 'agreed', agreed_by = 2, agreed_at = now() where state = 'proposed'; update fund_transfer set state = 'prepared', voucher_id = 1 where state = 'agreed'")]
    [InlineData("designation_above_free", Designation + "(1, 3, 100001, '花园', '决议', '2026-03-01', 1, now())")]
    [InlineData("append_only", Designation + "(1, 3, 1, '花园', '决议', '2026-03-01', 1, now()); delete from designation")]
    [InlineData("append_only", Designation + "(1, 3, 1, '花园', '决议', '2026-03-01', 1, now()); update designation set units = 50000")]
    [InlineData("designation_of_restricted", Designation + "(1, 4, null, '花园', '决议', '2026-03-01', 1, now())")]
    [InlineData("principal_above_available", Decision + "(1, 3, 'principal', 99999, 0, '留本', 'done', 1, now(), null, now())")]
    [InlineData("fund_not_open", Freeze + Transfer + "(1, 3, 1, 5, 'U', '调', 'proposed', 1, now())")]
    [InlineData("fund_not_open", Freeze + "select post_vouchers(1, array[3]::bigint[], 2, null, now())")]
    [InlineData("transfer_follows_voucher", "update fund_transfer set state = 'agreed', voucher_id = null where voucher_id = 3")]
    [InlineData("transfer_not_signed", Again)]
    [InlineData("transfer_not_signed", ByHand)]
    [InlineData("transfer_not_signed", RestrictedByHand)]
    [InlineData("clause_of_other_fund", Clause + "(1, 3, 'purpose', '别处', false, null, 1, now()); insert into voucher_clause select 1, 2, max(fund_clause_id) from fund_clause")]
    [InlineData("transfer_above_unrestricted", Transfer + "(1, 4, 1, 100000, 'U', '调', 'proposed', 1, now())")]
    [InlineData("append_only", "truncate fund_clause cascade")]
    [InlineData("append_only", "truncate fund_decision")]
    [InlineData("append_only", "truncate designation")]
    [InlineData("append_only", "truncate fund_transfer")]
    [InlineData("append_only", "truncate voucher_clause")]
    public async Task What_binds_a_fund_is_walked_around_by_nobody(string constraint, string attack)
    {
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(charity.Body.Connections.Owner, attack));
        ConstraintWordsTests.Tell(refused);
        refused.ConstraintName.ShouldBe(constraint);
        PostgresException app = await Should.ThrowAsync<PostgresException>(() => Run(charity.Body.Connections.Books, attack));
        (app.SqlState == PostgresErrorCodes.InsufficientPrivilege || app.ConstraintName == constraint).ShouldBeTrue(app.MessageText);
    }

    [Theory]
    [InlineData("update fund set state = 'open'")]
    [InlineData("update fund set clause = ''")]
    [InlineData("update fund_clause set words = ''")]
    [InlineData("delete from fund_transfer")]
    [InlineData("update fund_decision set principal = 0")]
    public async Task The_apps_login_lacks_the_very_right(string attack) =>
        (await Should.ThrowAsync<PostgresException>(() => Run(charity.Body.Connections.Books, attack)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

    private static async Task Run(string connection, string sql)
    {
        await using NpgsqlConnection open = new(connection);
        await open.OpenAsync();
        await using NpgsqlCommand command = new(sql, open);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A gift bound by nobody, one that is restricted, and a transfer of five yuan whose voucher, number 3, waits.</summary>
    public sealed class Charity : IAsyncLifetime
    {
        public TestBody Body { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Body = await TestBody.New();
            await Body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
            await Body.Gift(TestBody.Children, 1000, Restriction.Restricted);
            long transfer = await Body.Reviewer.Run(new ProposeTransfer(
                TestBody.Key, TestBody.Community, TestBody.General, Amount.Yuan(5), Restriction.Unrestricted, "调拨", ""));
            (await Body.Accountant.Run(new AgreeTransfer(TestBody.Key, transfer))).ShouldBe(3);
            await Body.Accountant.Run(new ProposeFee(TestBody.Key, TestBody.Children, 500, "", new NodaTime.LocalDate(2026, 1, 1), "协议"));
            long lot = (await Body.Accountant.Ask(new PurposeChoices(TestBody.Children))).Gifts.Single().Lot;
            await Body.Accountant.Run(new OpenPurposeChange(TestBody.Key, TestBody.Children, "停办", PurposeBasis.Consent, "", null, [lot],
                [new NewWords(ClauseKind.Purpose, "改作他用")]));
        }

        public ValueTask DisposeAsync() => Body.DisposeAsync();
    }
}
