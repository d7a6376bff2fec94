using CommunityFund.Books;
using CommunityFund.Ledger;
using Npgsql;

namespace CommunityFund.Tests.Books;

/// <summary>What PostgreSQL refuses, to the app's login and to the tables' owner: the code is not asked here.</summary>
public sealed class DatabaseWallTests
{
    private const string Header = """
        insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total, document_hashes,
                                   voucher_id, maker_id, reviewer_id, posted_at, leaf)
        select 1, {0}, {1}, '记', {2}, '{3}', 'ordinary', 1, 2, 100, array[]::bytea[], {0} + 1000, 1, 2, timestamptz '2026-03-20 02:00Z',
               decode(repeat('00', 32), 'hex');
        """;

    private const string Line = """
        insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                             project_class, narrative_id, occurred_on)
        select 1, v.e, v.l, v.p, a.account_id, v.f, 'CNY', v.s, v.u, v.r, v.c, 'ordinary', '', 1, (select occurred_on from journal_entry where entry_no = v.e)
          from (values {0}) v(e, l, p, k, f, s, u, r, c) join account a on a.book_id = 1 and a.key = v.k;
        """;

    private const string Gift = "(2, 1, 202603, 'bank.01', 3, 'D', 100, '', 'donations-received'), (2, 2, 202603, 'donation-income', 3, 'C', 100, 'U', '')";

    [Theory]
    [InlineData("update posting set units = units + 1")]
    [InlineData("delete from posting")]
    [InlineData("truncate posting cascade")]
    [InlineData("update journal_entry set occurred_on = '2026-03-03'")]
    [InlineData("delete from journal_entry")]
    [InlineData("truncate journal_entry cascade")]
    [InlineData("update balance set debit = debit + 1")]
    [InlineData("delete from balance")]
    [InlineData("insert into balance select book_id, 202604, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement, 1, 0 from balance limit 1")]
    [InlineData("update fund_position set net = net + 100000")]
    [InlineData("update narrative set text = '别的'")]
    [InlineData("delete from narrative")]
    public async Task Nothing_in_the_books_is_changed_or_deleted_not_even_by_their_owner(string attack)
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        (await Attack(body.Connections.Owner, attack)).ConstraintName.ShouldBe("append_only");
        (await Attack(body.Connections.Books, attack)).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at, state, entry_no) values (1, 'ordinary', '2026-03-02', 202603, 1, 2, 1, 1, now(), 'posted', 1)")]
    [InlineData("update voucher set state = 'prepared', entry_no = null")]
    [InlineData("update hold set released_at = now()")]
    [InlineData("update gift_lot set used = 0")]
    [InlineData("insert into hold (book_id, fund_id, units, placed_at) values (1, 3, 1, now())")]
    [InlineData("set session_replication_role = replica")]
    [InlineData("alter table posting disable trigger all")]
    [InlineData("create table mine (x int)")]
    [InlineData("select reserve_lots(1, 1)")]
    [InlineData("select carry_spent_lots(1, array[1::bigint])")]
    public async Task The_app_login_has_no_way_round_the_door(string attack)
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        (await Attack(body.Connections.Books, attack)).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("entry_without_lines", 2, 202603, 2, "2026-03-02", "")]
    [InlineData("entry_unbalanced", 2, 202603, 2, "2026-03-02",
        "(2, 1, 202603, 'bank.01', 3, 'D', 100, '', 'donations-received'), (2, 2, 202603, 'donation-income', 3, 'C', 99, 'U', '')")]
    [InlineData("entry_unbalanced", 2, 202603, 2, "2026-03-02",
        "(2, 1, 202603, 'bank.01', 3, 'D', 100, '', 'donations-received'), (2, 2, 202603, 'donation-income', 1, 'C', 100, 'U', '')")]
    [InlineData("entry_incomplete", 2, 202603, 2, "2026-03-02", "(1, 3, 202603, 'bank.01', 3, 'D', 5, '', 'other-received'), (1, 4, 202603, 'donation-income', 3, 'C', 5, 'U', '')")]
    [InlineData("line_restriction_missing", 2, 202603, 2, "2026-03-02",
        "(2, 1, 202603, 'bank.01', 3, 'D', 100, '', 'donations-received'), (2, 2, 202603, 'donation-income', 3, 'C', 100, '', '')")]
    [InlineData("line_cash_flow", 2, 202603, 2, "2026-03-02",
        "(2, 1, 202603, 'bank.01', 3, 'D', 100, '', ''), (2, 2, 202603, 'donation-income', 3, 'C', 100, 'U', '')")]
    [InlineData("line_agency_fund", 2, 202603, 2, "2026-03-02",
        "(2, 1, 202603, 'bank.01', 3, 'D', 100, '', 'donations-received'), (2, 2, 202603, 'agency-liabilities', 3, 'C', 100, '', '')")]
    [InlineData("line_has_sub_accounts", 2, 202603, 2, "2026-03-02",
        "(2, 1, 202603, 'bank', 3, 'D', 100, '', 'donations-received'), (2, 2, 202603, 'donation-income', 3, 'C', 100, 'U', '')")]
    [InlineData("line_series", 2, 202603, 2, "2026-03-02",
        "(2, 1, 202603, 'fixed-assets', 3, 'D', 100, '', ''), (2, 2, 202603, 'donation-income', 3, 'C', 100, 'U', '')")]
    [InlineData("entry_number_gap", 2, 202603, 3, "2026-03-02", Gift)]
    [InlineData("entry_number_once", 2, 202603, 1, "2026-03-02", Gift)]
    [InlineData("entry_position_gap", 3, 202603, 2, "2026-03-02", "")]
    [InlineData("entry_outside_period", 2, 202603, 2, "2026-04-02", Gift)]
    [InlineData("entry_outside_period", 2, 209901, 1, "2099-01-02", "")]
    [InlineData("own_cash_floor", 2, 202603, 2, "2026-03-02",
        "(2, 1, 202603, 'programme-cost', 4, 'D', 100, 'U', ''), (2, 2, 202603, 'bank.01', 4, 'C', 100, '', 'grants-paid')")]
    public async Task An_entry_that_breaks_a_rule_is_refused_to_the_owner_of_the_tables(
        string constraint, int entry, int period, int number, string day, string lines)
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        string sql = "begin;" + string.Format(System.Globalization.CultureInfo.InvariantCulture, Header, entry, period, number, day)
            + (lines.Length > 0 ? Line.Replace("{0}", lines, StringComparison.Ordinal) : "") + "commit;";
        (await Attack(body.Connections.Owner, sql)).ConstraintName.ShouldBe(constraint);
    }

    [Fact]
    public async Task A_closed_month_takes_no_entry()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await Run(body.Connections.Books, "select close_period(1, 202601, 1, '2026-03-20 02:00Z')");
        string header = string.Format(System.Globalization.CultureInfo.InvariantCulture, Header, 2, 202601, 1, "2026-01-02");
        (await Attack(body.Connections.Owner, header)).ConstraintName.ShouldBe("entry_period_closed");
    }

    [Fact]
    public async Task A_hold_above_available_is_refused_to_the_owner_too()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        (await Attack(body.Connections.Owner, "insert into hold (book_id, fund_id, units, placed_at) values (1, 3, 1001, now())"))
            .ConstraintName.ShouldBe("hold_above_available");
    }

    [Fact]
    public async Task A_voucher_written_past_the_kernel_is_stopped_at_the_door()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        const string write = """
            insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
            values (1, 'ordinary', '2026-03-02', 202603, 1, 2, 100, 1, now());
            insert into voucher_line (book_id, voucher_id, line_no, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                                      project_class, narrative_id)
            select 1, (select max(voucher_id) from voucher), 1, account_id, 3, 'CNY', 'D', 100, 'U', '', 'ordinary', '', 1
              from account where key = 'programme-cost';
            """;
        await Run(body.Connections.Books, write);
        (await Attack(body.Connections.Books, "select post_vouchers(1, array[(select max(voucher_id) from voucher)], 2, null, now())"))
            .ConstraintName.ShouldBe("voucher_already_decided");
        (await Attack(body.Connections.Books, "select prove_vouchers(1, array[(select max(voucher_id) from voucher)], now())"))
            .ConstraintName.ShouldBe("entry_incomplete");
    }

    [Theory]
    [InlineData("'D', 100, '', ''", "'C', 90, 'U', ''", "entry_unbalanced")]
    [InlineData("'D', 100, '', 'donations-received'", "'C', 100, '', ''", "line_restriction_missing")]
    [InlineData("'D', 100, '', 'donations-received'", "'C', 100, 'U', 'donations-received'", "line_cash_flow")]
    public async Task The_owner_cannot_call_a_voucher_proved_that_is_not(string debit, string credit, string refused)
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        (await Attack(body.Connections.Owner, $"""
            insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
            values (1, 'ordinary', '2026-03-02', 202603, 1, 2, 100, 1, now());
            insert into voucher_line (book_id, voucher_id, line_no, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                                      project_class, narrative_id)
            select 1, (select max(voucher_id) from voucher), 1, account_id, 3, 'CNY', {debit}, 'ordinary', '', 1 from account where key = 'bank.01'
            union all
            select 1, (select max(voucher_id) from voucher), 2, account_id, 3, 'CNY', {credit}, 'ordinary', '', 1
              from account where key = 'donation-income';
            update voucher set proved = true, may_fall = false where voucher_id = (select max(voucher_id) from voucher)
            """)).ConstraintName.ShouldBe(refused);
    }

    [Fact]
    public async Task A_narrative_can_be_blanked_by_the_owner_and_its_digest_stays()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        await Run(body.Connections.Owner, "update narrative set text = null");
    }

    [Fact]
    public async Task Balances_are_what_the_journal_adds_up_to()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Gift(TestBody.Children, 500, Restriction.Restricted);
        await body.Review(await body.PrepareExpense(TestBody.Children, 123.45m));
        await using NpgsqlConnection connection = new(body.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand differ = new("""
            select count(*) from (
              select book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement, debit, credit from balance
              except
              select book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement,
                     coalesce(sum(units) filter (where side = 'D'), 0), coalesce(sum(units) filter (where side = 'C'), 0)
                from posting group by 1, 2, 3, 4, 5, 6, 7, 8, 9) d
            """, connection);
        (await differ.ExecuteScalarAsync()).ShouldBe(0L);
    }

    private static async Task<PostgresException> Attack(string connection, string sql)
    {
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(connection, sql));
        ConstraintWordsTests.Tell(refused);
        return refused;
    }

    private static async Task Run(string connectionString, string sql)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
