using CommunityFund.Books;
using CommunityFund.Tests.Books;
using Npgsql;
using static CommunityFund.Tests.Payments.PaymentNotation;

namespace CommunityFund.Tests.Payments;

/// <summary>Attacks on money that goes out, by the tables' owner and by the app's login. All fail, so one charity serves them all.</summary>
public sealed class PaymentWallTests(PaymentWallTests.Charity charity) : IClassFixture<PaymentWallTests.Charity>
{
    private const string Release = "update payment_batch set state = 'released', released_at = now(), released_by = ";

    private const string File =
        "insert into payment_file (book_id, payment_batch_id, layout, format, sha256, content, taken_by, taken_at) values (1, 1, 'generic', 'csv', sha256('x'), 'x', 1, now())";

    private const string Row = "insert into payment_row (book_id, payment_batch_id, row_no, debt_id, payee_account_id, units, state) values ";

    [Theory]
    [InlineData("append_only", "update debt_line set units = 1")]
    [InlineData("append_only", "delete from debt where debt_id = 2")]
    [InlineData("append_only", "update debt set creditor_id = 1 where debt_id = 2")]
    [InlineData("append_only", "insert into debt_line select book_id, debt_id, version, 9, occurred_on, what, 1, fund_id, account_id, restriction, null, null from debt_line where debt_id = 1")]
    [InlineData("append_only", "update payee_account set number = '99998888'")]
    [InlineData("append_only", "update payment_row set units = 1")]
    [InlineData("payment_out_of_turn", "update payment_batch set total = 1")]
    [InlineData("append_only", "delete from payment_batch")]
    [InlineData("debt_out_of_turn", "update debt set state = 'paid' where debt_id = 2")]
    [InlineData("debt_out_of_turn", "update debt set approved_by = 2 where debt_id = 1")]
    [InlineData("debt_same_person", "update debt set state = 'approved', approved_by = 3, approved_at = now() where debt_id = 2")]
    [InlineData("debt_follows_voucher", "update debt set state = 'paid' where debt_id = 1")]
    [InlineData("debt_invoice_twice", "insert into debt_line select book_id, debt_id, version, 9, occurred_on, what, 1, fund_id, account_id, restriction, null, '26332000000012345678' from debt_line where debt_id = 1")]
    [InlineData("payee_same_person", "update payee_account set checked_by = added_by, checked_at = now()")]
    [InlineData("payment_same_person", Release + "1")]
    [InlineData("payment_same_person", Release + "3")]
    [InlineData("payment_account_unchecked", Release + "4")]
    [InlineData("payment_control", "insert into payment_batch (book_id, bank_account_id, pay_on, row_count, total, state, made_by, made_at) values (1, 1, now(), 1, 1, 'made', 1, now())")]
    [InlineData("payment_not_owed", Row + "(1, 1, 2, 2, 1, 5000, 'waiting')")]
    [InlineData("payment_not_released", File)]
    [InlineData("payment_out_of_turn", "update payment_row set state = 'succeeded'")]
    [InlineData("payment_row_debt_once", Row + "(1, 1, 2, 1, 1, 10000, 'waiting')")]
    public async Task Money_goes_out_around_nobody(string constraint, string attack)
    {
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => Run(charity.Body.Connections.Owner, attack));
        ConstraintWordsTests.Tell(refused);
        refused.ConstraintName.ShouldBe(constraint);
        PostgresException app = await Should.ThrowAsync<PostgresException>(() => Run(charity.Body.Connections.Books, attack));
        (app.SqlState == PostgresErrorCodes.InsufficientPrivilege || app.ConstraintName == constraint).ShouldBeTrue(app.MessageText);
    }

    private static async Task Run(string connection, string sql)
    {
        await using NpgsqlConnection open = new(connection);
        await open.OpenAsync();
        await using NpgsqlCommand command = new(sql, open);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A debt of 100 yuan in a batch that waits, and a claim of 50 with an invoice that waits.</summary>
    public sealed class Charity : IAsyncLifetime
    {
        public TestBody Body { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Body = await PayingBody();
            long debt = await Body.Owed(Row(100));
            await Body.Claim(PaymentNotation.Row(50, invoice: "26332000000012345678"));
            await Body.Batch(debt);
        }

        public ValueTask DisposeAsync() => Body.DisposeAsync();

        private static CommunityFund.Payments.DebtRow Row(decimal yuan) => PaymentNotation.Row(yuan);
    }
}
