using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Tests.Books;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests;

/// <summary>Attacks on agreements, appeals, batches and gifts by the tables' owner. All fail, so one charity serves them all.</summary>
public sealed class PromiseWallTests(PromiseWallTests.Charity charity) : IClassFixture<PromiseWallTests.Charity>
{
    private const string Gift =
        "insert into donation (book_id, fund_id, donor_id, units, received_on, restriction, clause, state, gift_agreement_id, campaign_id, order_number) values ";

    private const string Agreement =
        "insert into gift_agreement (book_id, number, donor_id, fund_id, signed_on, fee_basis, honours, report_every, report_days, principal_minimum, "
        + "return_clause, state, proposed_by, proposed_at, decided_by, decided_at) values ";

    private const string Appeal =
        "insert into campaign (book_id, name, filing_number, filed_on, is_emergency, aim, fund_id, account_id, from_day, until_day, state, proposed_by, "
        + "proposed_at) values ";

    // The donor is the person of the confirmed agreement, which is number 1; number 2 waits.
    private const string Donor = "(select donor_id from gift_agreement where gift_agreement_id = 1)";

    [Theory]
    [InlineData("gift_before_agreement", Gift + "(1, 3, " + Donor + ", 100, '2026-03-04', 'R', '儿童', 'waiting', 1, null, '')")]
    [InlineData("gift_of_other_agreement", Gift + "(1, 4, " + Donor + ", 100, '2026-03-06', 'R', '儿童', 'waiting', 1, null, '')")]
    [InlineData("gift_of_other_agreement", Gift + "(1, 3, null, 100, '2026-03-06', 'R', '儿童', 'waiting', 1, null, '')")]
    [InlineData("gift_of_unconfirmed", Gift + "(1, 3, " + Donor + ", 100, '2026-03-06', 'R', '儿童', 'waiting', 2, null, '')")]
    [InlineData("gift_of_unconfirmed", Gift + "(1, 3, null, 100, '2026-03-18', 'R', '助学', 'waiting', null, 1, '')")]
    [InlineData("append_only", "update donation set gift_agreement_id = 1")]
    [InlineData("append_only", "update donation set units = 1")]
    [InlineData("append_only", "delete from donation")]
    [InlineData("promise_out_of_turn", "update gift_agreement set fee_basis = 0")]
    [InlineData("append_only", "delete from gift_agreement where gift_agreement_id = 2")]
    [InlineData("promise_out_of_turn", "update gift_agreement set state = 'dropped', decided_by = 2, decided_at = now() where gift_agreement_id = 1")]
    [InlineData("promise_out_of_turn", Agreement + "(1, 'X', 1, 3, '2026-03-01', 0, '', 'none', 0, 0, '', 'confirmed', 1, now(), 2, now())")]
    [InlineData("promise_same_person", "update gift_agreement set state = 'confirmed', decided_by = 1, decided_at = now() where gift_agreement_id = 2")]
    [InlineData("promise_to_fund", Agreement + "(1, 'X', 1, 2, '2026-03-01', 0, '', 'none', 0, 0, '', 'proposed', 1, now(), null, null)")]
    [InlineData("gift_agreement_numbered", Agreement + "(1, 'QH-2026-05', 1, 3, '2026-03-01', 0, '', 'none', 0, 0, '', 'proposed', 1, now(), null, null)")]
    [InlineData("append_only", "update agreed_clause set words = '随便用'")]
    [InlineData("append_only", "update agreed_clause set fund_clause_id = null")]
    [InlineData("append_only", "delete from agreed_clause")]
    [InlineData("append_only", "insert into agreed_clause (book_id, gift_agreement_id, kind, words) values (1, 1, 'purpose', '再加')")]
    [InlineData("campaign_filed_late", Appeal + "(1, '急', '慈备9', '2026-03-10', false, '急', 3, 1, '2026-03-12', '2026-04-01', 'proposed', 1, now())")]
    [InlineData("append_only", "update campaign_rule set days_before = 0")]
    [InlineData("append_only", "update donor set contact = null")]
    [InlineData("append_only", "delete from donor")]
    [InlineData("gift_batch_unequal", "update gift_batch set state = 'prepared', voucher_id = 1, ended_by = 1, ended_at = now()")]
    [InlineData("gift_batch_over", "update gift_batch set total = 1")]
    [InlineData("append_only", "update gift_batch set state = 'dropped', ended_by = 1, ended_at = now(); insert into gift_batch_row (book_id, gift_batch_id, row_no, fund_id, units, restriction, clause, note) values (1, 1, 1, 3, 1, 'U', '', '')")]
    [InlineData("donation_order_once", Gift + "(1, 3, null, 1, '2026-03-06', 'U', '', 'waiting', null, null, 'A1'), (1, 3, null, 1, '2026-03-06', 'U', '', 'waiting', null, null, 'A1')")]
    public async Task The_owner_is_refused(string constraint, string sql)
    {
        PostgresException no = await Should.ThrowAsync<PostgresException>(() => charity.Try(charity.Body.Connections.Owner, sql));
        no.ConstraintName.ShouldBe(constraint, no.MessageText);
        ConstraintWordsTests.Tell(no);
    }

    [Theory]
    [InlineData("update donor set contact = null")]
    [InlineData("insert into campaign_rule values ('2026-02-01', 0, 0, 'x')")]
    [InlineData("update agreed_clause set fund_clause_id = null")]
    [InlineData("update gift_agreement set fee_basis = 0")]
    [InlineData("update donation set order_number = ''")]
    public async Task The_app_may_not(string sql) =>
        (await Should.ThrowAsync<PostgresException>(() => charity.Try(charity.Body.Connections.Books, sql))).SqlState.ShouldBe("42501");

    public sealed class Charity : IAsyncLifetime
    {
        internal TestBody Body { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Body = await TestBody.New();
            long first = await Body.Accountant.Run(PromiseTests.Agreement());
            await Body.Reviewer.Run(new ConfirmAgreement(TestBody.Key, first));
            await Body.Accountant.Run(PromiseTests.Agreement() with { Key = TestBody.Key, Number = "QH-2026-06" });
            await Body.Accountant.Run(new ProposeCampaign(
                TestBody.Key, "春季助学", "慈备2026001", new LocalDate(2026, 3, 7), false, "助学", null, TestBody.Community, TestBody.Bank,
                new LocalDate(2026, 3, 17), new LocalDate(2026, 6, 30), []));
            await Body.Accountant.Run(new NoteDonor(
                TestBody.Key, null, "林小满", PersonKind.Person, DonorPlace.Inside, DonorNaming.Named, "", false, false, new DonorContact(Phone: "13800001234")));
            await Body.Accountant.Run(new OpenGiftBatch(TestBody.Key, "义卖", 2, Amount.Yuan(30), TestBody.Bank, new LocalDate(2026, 3, 5)));
            await Body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        }

        public ValueTask DisposeAsync() => Body.DisposeAsync();

        internal async Task Try(string connection, string sql)
        {
            await using NpgsqlConnection open = new(connection);
            await open.OpenAsync();
            await using NpgsqlTransaction transaction = await open.BeginTransactionAsync();
            await using NpgsqlCommand command = new(sql, open, transaction);
            await command.ExecuteNonQueryAsync();
        }
    }
}
