using CommunityFund.Books;
using CommunityFund.Donations.Pledges;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using CommunityFund.Tests.Books;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Donations;

/// <summary>Attacks on receipts and promises, by the tables' owner and by the app's login. All fail, so one charity serves them all.</summary>
public sealed class ReceiptWallTests(ReceiptWallTests.Charity charity) : IClassFixture<ReceiptWallTests.Charity>
{
    private const string Receipt =
        "insert into official_receipt (book_id, code, number, issued_on, units, donation_id, state, registered_by, registered_at, replaces_id) values (1, '33010126', ";

    private const string Gift =
        "insert into donation (book_id, fund_id, donor_id, units, received_on, restriction, clause, state, voucher_id, line_no) select book_id, fund_id, donor_id, ";

    private const string By = "'registered', 1, now(), null)";

    [Theory]
    [InlineData("receipt_number_once", Receipt + "'0000000001', '2026-03-06', 30000, 2, " + By)]
    [InlineData("receipt_gift_once", Receipt + "'0000000003', '2026-03-06', 20000, 1, " + By)]
    [InlineData("receipt_outside_ranges", Receipt + "'0000000101', '2026-03-06', 30000, 2, " + By)]
    [InlineData("receipt_unlike_gift", Receipt + "'0000000003', '2026-03-06', 30001, 2, " + By)]
    [InlineData("receipt_before_gift", Receipt + "'0000000003', '2026-03-04', 30000, 2, " + By)]
    [InlineData("receipt_gift_not_booked", Receipt + "'0000000003', '2026-03-06', 4000, 3, " + By)]
    [InlineData("receipt_number_red", Receipt + "'0000000009', '2026-03-06', 30000, 2, " + By)]
    [InlineData("receipt_replaces_valid", Receipt + "'0000000003', '2026-03-06', 30000, 2, 'registered', 1, now(), 1)")]
    [InlineData("official_receipt_of_gift", Receipt + "'0000000003', '2026-03-06', 30000, null, " + By)]
    [InlineData("gift_follows_voucher", "update donation set state = 'accepted' where donation_id = 3")]
    [InlineData("gift_follows_voucher", Gift + "100000000, received_on, restriction, clause, 'accepted', voucher_id, 9 from donation where donation_id = 3")]
    [InlineData("gift_follows_voucher", Gift + "100000000, received_on, restriction, clause, 'accepted', voucher_id, 9 from donation where donation_id = 1")]
    [InlineData("gift_follows_voucher", "update donation set line_no = 1 where donation_id = 1")]
    [InlineData("donation_line_once", Gift + "units, received_on, restriction, clause, 'accepted', voucher_id, line_no from donation where donation_id = 1")]
    [InlineData("receipt_out_of_turn", "update official_receipt set donation_id = 2 where official_receipt_id = 1")]
    [InlineData("receipt_out_of_turn", "update official_receipt set state = 'registered', voided_on = null, voided_by = null, voided_at = null, reason = '' where official_receipt_id = 2")]
    [InlineData("append_only", "update official_receipt set units = 1")]
    [InlineData("append_only", "delete from official_receipt")]
    [InlineData("official_receipt_voided", "update official_receipt set state = 'void' where official_receipt_id = 1")]
    [InlineData("receipt_range_overlaps", "insert into receipt_range (book_id, code, first_number, last_number, medium, received_on, added_by, added_at) values (1, '33010126', '0000000100', '0000000200', 'paper', '2026-03-01', 1, now())")]
    [InlineData("append_only", "update receipt_range set last_number = '0000000999'")]
    [InlineData("receipt_gap_used", "insert into receipt_gap values (1, '33010126', '0000000001', '没有用', 1, now())")]
    [InlineData("receipt_outside_ranges", "insert into receipt_gap values (1, '33010126', '0000000999', '没有用', 1, now())")]
    [InlineData("append_only", "delete from donation_code")]
    [InlineData("pledge_binds", "update pledge set released_on = '2026-03-01', release_kind = 'not-binding', reason = 'x', released_by = 1, released_at = now()")]
    [InlineData("append_only", "update pledge set units = 1")]
    [InlineData("pledge_adds_up", "insert into pledge_due values (1, 1, 2, '2026-04-01', 1)")]
    [InlineData("pledge_gift_above", "insert into pledge_gift values (1, 1, 1, 20001, 1, now())")]
    [InlineData("pledge_gift_above", "insert into pledge_gift values (1, 1, 2, 25001, 1, now())")]
    [InlineData("matching_above_cap", "insert into expected_gift (book_id, matching_promise_id, due_on, units) values (1, 1, '2026-04-01', 10001)")]
    [InlineData("append_only", "update matching_promise set cap_units = 99999999")]
    public async Task Nobody_writes_around_the_register(string constraint, string attack)
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

    /// <summary>Gifts of 200 and 300 in the books and one of 40 that waits; a receipt for the first, one taken back by a red one; a
    /// pledge of 250 said in public; a partner who matches up to 100.</summary>
    public sealed class Charity : IAsyncLifetime
    {
        public TestBody Body { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Body = await ReceiptTests.Body();
            long first = await Body.GiftOf("林小满", 200), second = await Body.GiftOf("绿洲公司", 300);
            await Body.Accountant.Run(Banking.BankNotation.Donation(null, TestBody.Community, 40));
            await Body.Accountant.Run(ReceiptTests.Receipt(first, 1, 200));
            long spoiled = await Body.Accountant.Run(ReceiptTests.Receipt(second, 2, 300));
            await Body.Accountant.Run(new VoidReceipt(TestBody.Key, spoiled, ReceiptTests.Day, "抬头写错", false, "9"));
            await Body.Accountant.Run(new NotePledge(TestBody.Key, "绿洲公司", PersonKind.Organisation, TestBody.Community, PledgeForm.Public, false,
                new LocalDate(2026, 1, 1), "公众号", [new Instalment(new LocalDate(2026, 2, 1), Amount.Yuan(250))]));
            await Body.Accountant.Run(new PromiseMatching(TestBody.Key, "绿洲公司", PersonKind.Organisation, TestBody.Community, 50, Amount.Yuan(100),
                new LocalDate(2026, 3, 1), new LocalDate(2026, 3, 31), Restriction.Unrestricted, "", "配捐协议"));
        }

        public ValueTask DisposeAsync() => Body.DisposeAsync();
    }
}
