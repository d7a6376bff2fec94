using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Npgsql;

namespace CommunityFund.Tests.Books;

/// <summary>Attacks on what stands beside the journal, by the tables' owner: everything the app may not do anyway.</summary>
public sealed class WallsAroundTests
{
    [Theory]
    [InlineData("update voucher set total = total + 1")]
    [InlineData("update voucher set maker_id = 2 where state = 'posted'")]
    [InlineData("update voucher set state = 'prepared', entry_no = null, decided_by = null where state = 'posted'")]
    [InlineData("update voucher set proved = false where state = 'prepared'")]
    [InlineData("update voucher set reason = '改过' where state = 'posted'")]
    [InlineData("delete from voucher where state = 'prepared'")]
    [InlineData("truncate voucher cascade")]
    [InlineData("insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at, proved) select 1, 'ordinary', '2026-03-02', 202603, 1, 2, 1, 1, now(), true")]
    [InlineData("update voucher_line set units = units * 2")]
    [InlineData("delete from voucher_line")]
    [InlineData("update hold set units = 1 where released_at is null")]
    [InlineData("delete from hold")]
    [InlineData("update gift_lot set used = 0, reserved = 0")]
    [InlineData("delete from gift_lot")]
    [InlineData("insert into gift_lot (book_id, fund_id, received_on, units, entry_no, line_no) values (1, 4, '2026-03-02', 1000000, 1, 9)")]
    [InlineData("update lot_move set units = 1")]
    [InlineData("delete from lot_move")]
    [InlineData("update agency_position set held = held + 1")]
    [InlineData("insert into agency_position values (1, 7, 'CNY', 100)")]
    [InlineData("update account set role = 'none' where key = 'accounts-payable'")]
    [InlineData("update account_name set needs_restriction = false")]
    [InlineData("delete from account_name")]
    [InlineData("update book set opening_day = '2025-01-01'")]
    [InlineData("update book_standard set standard = 'cn-npo-2004'")]
    [InlineData("update fund set kind = 'micro' where fund_id = 3")]
    [InlineData("update fund set default_restriction = 'U' where fund_id = 4")]
    [InlineData("delete from fund where fund_id = 3")]
    [InlineData("update command_log set answer = '1'")]
    [InlineData("update command_log set actor_id = 1")]
    [InlineData("delete from command_log")]
    [InlineData("delete from role_grant")]
    [InlineData("update role_grant set role = 'Admin'")]
    [InlineData("truncate sign_in_log")]
    public async Task Nothing_beside_the_journal_is_rewritten_not_even_by_its_owner(string attack)
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted);
        await body.PrepareExpense(TestBody.Children, 300);
        (await Attack(body, attack)).ConstraintName.ShouldBe("append_only");
    }

    [Fact]
    public async Task A_hold_is_not_freed_while_its_voucher_waits()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.PrepareExpense(TestBody.Community, 300);
        (await Attack(body, "update hold set released_at = now()")).ConstraintName.ShouldBe("hold_follows_voucher");
        (await Attack(body, "begin; update hold set released_at = now(); update hold set released_at = null; commit"))
            .ConstraintName.ShouldBe("hold_follows_voucher");
    }

    [Fact]
    public async Task Principal_cannot_rise_above_the_money_that_is_there()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        (await Attack(body, Principal(100001))).ConstraintName.ShouldBe("own_cash_floor");
        await Run(body, Principal(100000));
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(0));
    }

    [Fact]
    public async Task Investments_stand_in_for_principal()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await Run(body, Principal(80000));
        long invested = await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new NodaTime.LocalDate(2026, 3, 4), "购买国债",
        [
            new VoucherRow("long-term-debt-investments", TestBody.Community, Side.Debit, Amount.Yuan(900)),
            new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(900), CashFlow: CashFlow.InvestmentsPaid.Key),
        ]));
        await body.Review(invested);
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(100));
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.PrepareExpense(TestBody.Community, 100.01m));
        no.Refusal.Code.ShouldBe(ConstraintRefusal.HoldAboveAvailable);
    }

    [Theory]
    [InlineData("transfer_not_zero",
        $"(2, 1, 'net-assets-unrestricted', 3, 'D', 100, 'U', '', 'transfer'), (2, 2, 'bank.01', 3, 'C', 100, '', 'internal', 'ordinary'), (2, 3, 'net-assets-unrestricted', 1, 'C', 40, 'U', '', 'transfer'), (2, 4, 'net-assets-unrestricted', 1, 'C', 60, 'U', '', 'prior-year'), (2, 5, 'bank.01', 1, 'D', 100, '', 'internal', 'ordinary')")]
    [InlineData("internal_not_zero",
        $"(2, 1, 'programme-cost', 3, 'D', 100, 'U', '', 'ordinary'), (2, 2, 'bank.01', 3, 'C', 100, '', 'internal', 'ordinary')")]
    [InlineData("hold_above_available",
        $"(2, 1, 'programme-cost', 3, 'D', 100001, 'U', '', 'ordinary'), (2, 2, 'accounts-payable', 3, 'C', 100001, '', '', 'ordinary')", "转")]
    [InlineData("hold_above_available",
        $"(2, 1, 'commitments', 3, 'D', 100001, '', '', 'ordinary'), (2, 2, 'commitments-contra', 3, 'C', 100001, '', '', 'ordinary')", "备")]
    [InlineData("own_cash_floor",
        $"(2, 1, 'programme-cost', 3, 'D', 100001, 'U', '', 'ordinary'), (2, 2, 'bank.01', 3, 'C', 100001, '', 'grants-paid', 'ordinary')")]
    [InlineData("agency_recipient_floor",
        $"(2, 1, 'agency-liabilities', 2, 'D', 100, '', '', 'ordinary'), (2, 2, 'bank.agency', 2, 'C', 100, '', '', 'ordinary')")]
    public async Task What_an_entry_may_not_do_to_a_fund_is_refused_to_the_owner(string constraint, string lines, string series = "记")
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        (await Attack(body, Entry(lines, series))).ConstraintName.ShouldBe(constraint);
    }

    [Fact]
    public async Task What_is_held_for_one_recipient_is_not_paid_to_another()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        (await Attack(body, Entry("(2, 1, 'bank.agency', 2, 'D', 100, '', '', 'ordinary'), (2, 2, 'agency-liabilities', 2, 'C', 100, '', '', 'ordinary')", "记")
                .Replace("n.party", "case n.l when 1 then 3 else 4 end", StringComparison.Ordinal)))
            .ConstraintName.ShouldBe("agency_recipient_unbalanced");
    }

    [Fact]
    public async Task Bank_evidence_stays_as_it_was_read()
    {
        await using TestBody body = await TestBody.New();
        await Run(body, """
            insert into bank_file (book_id, bank_account_id, sha256, file_name, source, encoding, header_row, line_count, new_count,
                                   first_day, last_day, imported_by, imported_at)
            values (1, 1, decode(repeat('00', 32), 'hex'), 'f', 's', 'UTF-8', 1, 1, 1, '2026-03-01', '2026-03-01', 1, now());
            insert into bank_line (book_id, bank_account_id, bank_file_id, line_no, identity, occurred_on, units, counterparty_name,
                                   counterparty_account, summary, remark)
            values (1, 1, 1, 1, 'one', '2026-03-01', 100, '', '', '', '');
            """);
        (await Attack(body, "update bank_line set units = 200")).ConstraintName.ShouldBe("append_only");
        (await Attack(body, "update bank_file set sha256 = decode(repeat('11', 32), 'hex')")).ConstraintName.ShouldBe("append_only");
    }

    private static string Entry(string lines, string series) => $"""
        begin;
        insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total, document_hashes,
                                   voucher_id, maker_id, reviewer_id, posted_at, leaf)
        select 1, 2, 202603, '{series}', case '{series}' when '记' then 2 else 1 end, '2026-03-02', 'ordinary', 1, count(*),
               sum(u) filter (where s = 'D'), array[]::bytea[], 1002, 1, 2, timestamptz '2026-03-20 02:00Z', decode(repeat('00', 32), 'hex')
          from (values {lines}) v(e, l, k, f, s, u, r, c, m);
        insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                             project_class, counterparty_id, narrative_id, occurred_on)
        select 1, n.e, n.l, 202603, a.account_id, n.f, 'CNY', n.s, n.u, n.r, n.c, n.m, '', n.party, 1, '2026-03-02'
          from (select v.*, null::bigint as party from (values {lines}) v(e, l, k, f, s, u, r, c, m)) n
          join account a on a.book_id = 1 and a.key = n.k;
        commit;
        """;

    /// <summary>What a decision writes; the fund follows it.</summary>
    private static string Principal(long fen) => $"""
        insert into fund_decision (book_id, fund_id, kind, principal, was_principal, reason, source, state, proposed_by, proposed_at, decided_at)
        values (1, 3, 'principal', {fen}, 0, '留本', '协议第二条', 'done', 1, now(), now())
        """;

    private static async Task<PostgresException> Attack(TestBody body, string sql)
    {
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(body, sql));
        ConstraintWordsTests.Tell(refused);
        return refused;
    }

    private static async Task Run(TestBody body, string sql)
    {
        await using NpgsqlConnection connection = new(body.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
