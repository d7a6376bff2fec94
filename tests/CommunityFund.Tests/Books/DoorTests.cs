using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Books;

/// <summary>Ways round the door that somebody tried, each of them shut.</summary>
public sealed class DoorTests
{
    [Fact]
    public async Task No_line_joins_a_voucher_after_it_was_proved()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long voucher = await body.PrepareExpense(TestBody.Community, 1);
        (await Refused(body, $"""
            insert into voucher_line select book_id, voucher_id, 3::smallint, account_id, fund_id, commodity, side, 90000, restriction, cash_flow,
                                            movement, project_class, project_id, counterparty_id, enterprise_id, document_id, clause, narrative_id
              from voucher_line where voucher_id = {voucher} and line_no = 1
            """)).ShouldBe("voucher_already_proved");
    }

    [Fact]
    public async Task Two_payments_cannot_both_relieve_the_same_debt()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 200, Restriction.Unrestricted);
        await body.Review(await body.Accountant.Run(Voucher("programme-cost", "accounts-payable", 100)));
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(100));
        await body.Accountant.Run(Voucher("accounts-payable", TestBody.Bank, 100));
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(100));
        await body.Accountant.Run(Voucher("accounts-payable", TestBody.Bank, 100));
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(0));
    }

    [Fact]
    public async Task Opening_balances_may_show_more_debt_than_cash()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Accountant.Run(new EnterOpening(TestBody.Key,
        [
            new OpeningRow("accounts-receivable", TestBody.Community, Side.Debit, Amount.Yuan(500)),
            new OpeningRow("accounts-payable", TestBody.Community, Side.Credit, Amount.Yuan(100)),
            new OpeningRow("net-assets-unrestricted", TestBody.Community, Side.Credit, Amount.Yuan(400)),
        ]));
        (await body.Review(voucher)).Number.ShouldBe(0);
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(-100));
    }

    [Fact]
    public async Task What_has_not_happened_yet_is_not_booked()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        RefusedException no = await Should.ThrowAsync<RefusedException>(
            () => body.PrepareExpense(TestBody.Community, 1, on: new LocalDate(2026, 3, 21)));
        no.Refusal.Code.ShouldBe("voucher.in-the-future");
    }

    [Fact]
    public async Task Nobody_reviews_the_own_voucher_though_the_program_asked()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        long voucher = await body.PrepareExpense(TestBody.Community, 1);
        (await Refused(body, $"select post_vouchers(1, array[{voucher}], 1, null, now())")).ShouldBe("voucher_own_review");
    }

    [Fact]
    public async Task A_gifts_own_words_reach_its_lot()
    {
        await using TestBody body = await TestBody.New();
        await body.Review(await body.Accountant.Run(new CommunityFund.Donations.RecordDonation(
            TestBody.Key, TestBody.Children, "", PersonKind.Person, Amount.Yuan(10), new LocalDate(2026, 3, 2), TestBody.Bank,
            Restriction.Restricted, "仅用于绘本", "捐赠", null)));
        await using FundDb db = body.Db();
        (await db.RestrictedLots().SingleAsync()).Clause.ShouldBe("仅用于绘本");
    }

    [Fact]
    public async Task Nothing_is_reviewed_by_a_rule_that_nobody_approved_nor_at_the_end_of_time()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        long voucher = await body.PrepareExpense(TestBody.Community, 1);
        (await Refused(body, $"select post_vouchers(1, array[{voucher}], null, 'anything', now())")).ShouldBe("review_rule_beyond");
        (await Refused(body, $"select post_vouchers(1, array[{voucher}], 2, null, 'infinity')")).ShouldBe("entry_reviewed");
        (await Refused(body, $"select drop_voucher(1, {voucher}, 'withdrawn', null, now(), '')"))
            .ShouldBe("voucher_already_decided");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(-100, false)]
    [InlineData(-500, true)]
    public async Task The_general_fund_goes_below_only_by_what_the_bank_has_paid(long lineFen, bool allowed)
    {
        await using TestBody body = await TestBody.New();
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand hold = new($"""
            insert into bank_file (book_id, bank_account_id, sha256, file_name, source, encoding, header_row, line_count, new_count,
                                   first_day, last_day, imported_by, imported_at)
            values (1, 1, decode(repeat('00', 32), 'hex'), 'f', 's', 'UTF-8', 1, 1, 1, '2026-03-01', '2026-03-01', 1, now());
            insert into bank_line (book_id, bank_account_id, bank_file_id, line_no, identity, occurred_on, units, counterparty_name,
                                   counterparty_account, summary, remark)
            values (1, 1, 1, 1, 'one', '2026-03-01', {lineFen}, '', '', '', '');
            insert into narrative (book_id, salt, text, digest)
            values (1, decode(repeat('00', 16), 'hex'), 'x', sha256(decode(repeat('00', 16), 'hex') || convert_to('x', 'UTF8')));
            insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
            values (1, 'ordinary', '2026-03-01', 202603, (select max(narrative_id) from narrative), 2, 500, 1, now());
            insert into voucher_line select 1, 1, 1, account_id, 1, 'CNY', case when {lineFen} > 0 then 'D' else 'C' end, abs({lineFen}), '',
                   'other-paid', 'ordinary', '', null, null, null, null, '', (select max(narrative_id) from narrative)
              from bank_account where book_id = 1;
            insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at) values (1, 1, 1, {lineFen}, 1, now());
            insert into hold (book_id, fund_id, units, voucher_id, placed_at) values (1, {TestBody.General}, 500, 1, now());
            """, owner);
        if (allowed)
        {
            await hold.ExecuteNonQueryAsync();
            return;
        }

        (await Should.ThrowAsync<PostgresException>(() => hold.ExecuteNonQueryAsync())).ConstraintName.ShouldBe("hold_above_available");
    }

    [Fact]
    public async Task A_narrative_is_born_with_its_words_and_a_sub_account_is_like_its_parent()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(body,
            "insert into narrative (book_id, salt, digest) values (1, decode(repeat('00', 16), 'hex'), decode(repeat('00', 32), 'hex'))"))
            .ShouldBe("narrative_text");
        (await Refused(body, """
            insert into account select 1, 900, 'bank.66', account_id, class, 'none', commodity, true from account where key = 'bank'
            """)).ShouldBe("account_unlike_parent");
    }

    [Fact]
    public async Task A_closing_movement_stands_only_in_a_closing_voucher_or_it_would_pass_the_lots()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 10, Restriction.Restricted);
        long voucher = await body.PrepareExpense(TestBody.Children, 5);
        (await Refused(body, $"""
            insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
            select book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at
              from voucher where voucher_id = {voucher};
            insert into voucher_line
            select l.book_id, (select max(voucher_id) from voucher), l.line_no, l.account_id, l.fund_id, l.commodity, l.side, l.units,
                   l.restriction, l.cash_flow, case l.side when 'D' then 'close' else l.movement end, l.project_class, l.project_id,
                   l.counterparty_id, l.enterprise_id, l.document_id, l.clause, l.narrative_id
              from voucher_line l where l.voucher_id = {voucher};
            select prove_vouchers(1, array[(select max(voucher_id) from voucher)], now());
            select post_vouchers(1, array[(select max(voucher_id) from voucher)], 2, null, now());
            """)).ShouldBe("line_movement_misplaced");
    }

    [Fact]
    public async Task An_accountant_of_one_fund_does_not_see_the_bodys_bank()
    {
        await using TestBody body = await TestBody.New();
        long person = await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin("钱会计", "qian", TestBody.Password),
            MustChange: false));
        await body.Operator.Run(new GrantRole(TestBody.Key, person, Role.Accountant, TestBody.Children,
            new LocalDate(2026, 1, 1), null));
        FundSession limited = body.Foundation.SessionOf(person, body.Book);
        (await Should.ThrowAsync<RefusedException>(() => limited.Ask(new BankAccountList())))
            .Refusal.Code.ShouldBe(Need.OnlySomeFunds);
        (await Should.ThrowAsync<RefusedException>(() => limited.Run(new AddBankAccount(
            TestBody.Key, "62220000", "银行", "05", "某户", "An account")))).Refusal.Code.ShouldBe(Need.OnlySomeFunds);
    }

    [Fact]
    public async Task The_command_log_holds_neither_passwords_nor_what_a_narrative_says()
    {
        await using TestBody body = await TestBody.New();
        await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin("孙某某", "sun", "a very long secret"), MustChange: false));
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        await body.Accountant.Run(Voucher("programme-cost", "accounts-payable", 1));
        await using FundDb db = body.Db();
        List<string> inputs = await db.Set<CommandLog>().Select(row => row.Input).ToListAsync();
        inputs.ShouldAllBe(input =>
            !input.Contains("secret", StringComparison.Ordinal) && !input.Contains("孙某某", StringComparison.Ordinal)
            && !input.Contains("Password", StringComparison.Ordinal) && !input.Contains("应付款项", StringComparison.Ordinal));
    }

    private static PrepareVoucher Voucher(string debit, string credit, decimal yuan) => new(
        TestBody.Key, new LocalDate(2026, 3, 6), "应付款项",
        [
            new VoucherRow(debit, TestBody.Community, Side.Debit, Amount.Yuan(yuan)),
            new VoucherRow(credit, TestBody.Community, Side.Credit, Amount.Yuan(yuan),
                CashFlow: credit == TestBody.Bank ? CashFlow.PurchasesPaid.Key : null),
        ]);

    private static async Task<string?> Refused(TestBody body, string sql) =>
        (await Should.ThrowAsync<PostgresException>(async () =>
    {
        await using NpgsqlConnection connection = new(body.Connections.Books);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    })).ConstraintName;
}
