using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Npgsql;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

/// <summary>Two at once: while the first has not committed, the second waits for it, so that it is proved against what the first did.</summary>
public sealed class OneAtATimeTests(OneAtATimeTests.Charity charity) : IClassFixture<OneAtATimeTests.Charity>
{
    private const string Match = "insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at) select 1, {0}, {1}, units, 1, now() from bank_line where bank_line_id = {0}";

    [Theory]
    [InlineData("voucher and two lines", "match paid1 expense", "match paid2 expense")]
    [InlineData("one gift on two statements", "match came1 gift1", "match came2 gift2")]
    [InlineData("clearing and reversal", "insert into suspense_clearing (book_id, suspense_id, voucher_id, units) values (1, 1, expense, 10)",
        "update voucher set reversed_by = 1 where voucher_id = suspense")]
    [InlineData("refund and reversal", "insert into refund (book_id, voucher_id, of_entry_no, of_line_no, units) select 1, gift1, entry_no, 1, 1 from voucher where voucher_id = expense",
        "update voucher set reversed_by = 1 where voucher_id = expense")]
    [InlineData("reversal and refund", "update voucher set reversed_by = 1 where voucher_id = expense",
        "insert into refund (book_id, voucher_id, of_entry_no, of_line_no, units) select 1, gift1, entry_no, 1, 1 from voucher where voucher_id = expense")]
    public async Task The_second_waits_for_the_first(string what, string first, string second)
    {
        await using NpgsqlConnection one = await Open(), two = await Open();
        await using NpgsqlTransaction mine = await one.BeginTransactionAsync(), theirs = await two.BeginTransactionAsync();
        await Run(one, charity.Said(first));
        await Run(two, "set local lock_timeout = '20ms'");
        (await Should.ThrowAsync<PostgresException>(() => Run(two, charity.Said(second)))).SqlState
            .ShouldBe(PostgresErrorCodes.LockNotAvailable, what);
    }

    [Theory]
    [InlineData("bank_match_is_evidence", "update bank_match set undone_by = 1, undone_at = now() where voucher_id = suspense")]
    [InlineData("bank_line_doubtful", "update bank_line set state = 'held', reason = '问' where bank_line_id = doubtful")]
    [InlineData("suspense_is_cleared", "insert into suspense_clearing (book_id, suspense_id, voucher_id, units) values (1, 1, expense, 10); update voucher set reversed_by = 1 where voucher_id = suspense")]
    [InlineData("reversal_of_refunded", "insert into refund (book_id, voucher_id, of_entry_no, of_line_no, units) select 1, gift1, entry_no, 1, 1 from voucher where voucher_id = expense; update voucher set reversed_by = 1 where voucher_id = expense")]
    [InlineData("refund_of_reversed", "update voucher set reversed_by = 1 where voucher_id = expense; insert into refund (book_id, voucher_id, of_entry_no, of_line_no, units) select 1, gift1, entry_no, 1, 1 from voucher where voucher_id = expense")]
    [InlineData("settlement_out_of_turn", "insert into settlement (book_id, platform_id, bank_line_id, gross, fee, state, made_by, made_at) values (1, 1, 1, 100, 0, 'posted', 1, now())")]
    [InlineData("settlement_unlike", "insert into settlement (book_id, platform_id, bank_line_id, gross, fee, state, made_by, made_at) values (1, 1, 1, 100, 0, 'prepared', 1, now()); set constraints all immediate")]
    public async Task The_tables_owner_gets_around_no_proof(string wall, string attack)
    {
        await using NpgsqlConnection owner = await Open();
        await using NpgsqlTransaction transaction = await owner.BeginTransactionAsync();
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(owner, charity.Said(attack)));
        Books.ConstraintWordsTests.Tell(refused);
        refused.ConstraintName.ShouldBe(wall);
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlConnection> Open()
    {
        NpgsqlConnection connection = new(charity.Body.Connections.Owner);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Vouchers by hand, lines that may be theirs, a suspense item and a doubtful line; everything is rolled back.</summary>
    public sealed class Charity : IAsyncLifetime
    {
        private readonly Dictionary<string, long> _ids = [];

        public TestBody Body { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Body = await TestBody.New();
            _ids["gift1"] = await Body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
            _ids["gift2"] = await Body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
            _ids["expense"] = await Body.PrepareExpense(TestBody.Community, 30);
            await Body.Review(_ids["expense"]);
            _ids["paid1"] = await Body.Line("03-05,,30.00,,文具店,采购 甲");
            _ids["paid2"] = await Body.Line("03-05,,30.00,,文具店,采购 乙");
            _ids["came1"] = await Body.Line("03-02,100.00,,,王梅,捐赠 甲");
            _ids["came2"] = await Body.Line("03-02,100.00,,,王梅,捐赠 乙");
            _ids["suspense"] = await Body.Accountant.Run(new RecordSuspense(
                TestBody.Key, new BankRest([await Body.Line("03-06,300.00,,,,现金存入")]), SuspenseKind.Other, "", "暂收款"));
            await Body.Review(_ids["suspense"]);
            _ids["doubtful"] = await Doubtful();
        }

        public ValueTask DisposeAsync() => Body.DisposeAsync();

        /// <summary>Names of the charity become ids, and "match line voucher" what the program writes.</summary>
        public string Said(string sql)
        {
            string[] words = sql.Split(' ');
            return words is ["match", var line, var voucher]
                ? string.Format(System.Globalization.CultureInfo.InvariantCulture, Match, _ids[line], _ids[voucher])
                : _ids.Aggregate(sql, (text, pair) => System.Text.RegularExpressions.Regex.Replace(
                    text, $@"(?<![a-z_]){pair.Key}(?![a-z_])", $"{pair.Value}"));
        }

        private async Task<long> Doubtful()
        {
            await using NpgsqlConnection owner = new(Body.Connections.Owner);
            await owner.OpenAsync();
            await using NpgsqlCommand command = new("""
                insert into bank_line (book_id, bank_account_id, bank_file_id, line_no, occurred_on, units, counterparty_name, counterparty_account,
                                       summary, remark, serial, identity, state, reason, double_of)
                select book_id, bank_account_id, bank_file_id, line_no, occurred_on, units, counterparty_name, counterparty_account,
                       summary, remark, serial, identity || '2', 'doubtful', '', bank_line_id from bank_line limit 1 returning bank_line_id
                """, owner);
            return (long)(await command.ExecuteScalarAsync())!;
        }
    }
}
