using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Tests.Books;
using CommunityFund.TimeBank.Redemptions;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.TimeBank.RedemptionNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Attacks on redemptions, by the tables' owner and by the app's login. All fail, so one charity serves them all.</summary>
public sealed class RedemptionWallTests(RedemptionWallTests.Charity charity) : IClassFixture<RedemptionWallTests.Charity>
{
    private const string Columns = "(book_id, catalogue_item_id, fund_id, person_id, points, reserved_on, expires_on, salt, reserve_entry_no, reserved_by, reserved_at)";

    private const string Insert = "insert into redemption " + Columns + " select book_id, ";

    private const string Rest = ", reserved_on, expires_on, salt, reserve_entry_no, reserved_by, reserved_at from redemption where redemption_id = 1";

    private const string Release =
        "update redemption set state = 'released', end_entry_no = reserve_entry_no, ended_by = 1, ended_on = reserved_on, ended_at = now() where redemption_id = ";

    // Redemptions: 1 reserved rice, 2 handed over and waiting, 3 booked at the merchant's, 4 given back. Items: 1 rice, 2 merchant's, 3 sponsor's, 4 waits.
    [Theory]
    [InlineData("append_only", "delete from redemption")]
    [InlineData("append_only", "update redemption set points = 1 where redemption_id = 1")]
    [InlineData("append_only", "update redemption set person_id = 1 where redemption_id = 1")]
    [InlineData("catalogue_by_two", "update catalogue_item set points = 1 where catalogue_item_id = 1")]
    [InlineData("catalogue_by_two", "update catalogue_item set quota = 100 where catalogue_item_id = 2")]
    [InlineData("append_only", "delete from catalogue_item")]
    [InlineData("catalogue_by_two", "update catalogue_item set state = 'open', decided_by = proposed_by, decided_at = now() where catalogue_item_id = 4")]
    [InlineData("catalogue_by_two", "update catalogue_item set state = 'waiting', decided_by = null, decided_at = null where catalogue_item_id = 1")]
    [InlineData("unit_programme_fund", "insert into catalogue_item (book_id, fund_id, name, points, source, merchant_id, quota, valid_from, proposed_by, proposed_at) values (1, 3, 'x', 1, 'sponsor', 1, 1, now(), 1, now())")]
    [InlineData("redemption_out_of_turn", "update redemption set state = 'reserved', end_entry_no = null, ended_by = null, ended_on = null, ended_at = null where redemption_id = 4")]
    [InlineData("redemption_out_of_turn", "update redemption set state = 'released' where redemption_id = 2")]
    [InlineData("redemption_out_of_turn", "update redemption set ended_by = 1 where redemption_id = 2")]
    [InlineData("redemption_out_of_turn", "update redemption set cost = 'booked', voucher_id = 1 where redemption_id = 4")]
    [InlineData("redemption_unlike_entry", Release + "1")]
    [InlineData("redemption_unlike_entry", "update redemption set state = 'handed-over', end_entry_no = reserve_entry_no, ended_by = 1, ended_on = reserved_on, ended_at = now() where redemption_id = 1")]
    [InlineData("redemption_unlike_cost", "update redemption set units = 1 where redemption_id = 2")]
    [InlineData("redemption_unlike_cost", "update redemption set voucher_id = 1 where redemption_id = 2")]
    [InlineData("redemption_unlike_cost", "update redemption set stock_paper_id = 1 where redemption_id = 2")]
    [InlineData("redemption_unlike_cost", "update redemption set cost = 'booked' where redemption_id = 2")]
    [InlineData("redemption_not_offered", Insert + "4, fund_id, person_id, points" + Rest)]
    [InlineData("redemption_not_offered", Insert + "1, fund_id, person_id, 1" + Rest)]
    [InlineData("redemption_unlike_entry", Insert + "1, fund_id, person_id + 1, points" + Rest)]
    [InlineData("redemption_reserved_once", Insert + "1, fund_id, person_id, points" + Rest)]
    [InlineData("redemption_none_left", Insert + "3, fund_id, person_id, points" + Rest)]
    [InlineData("redemption_own_reservation", "update redemption set state = 'handed-over', ended_by = reserved_by where state = 'reserved'")]
    [InlineData("redemption_settled", "update redemption set merchant_settlement_id = 1 where redemption_id = 2")]
    [InlineData("redemption_settled", "update redemption set cost = 'to-book', voucher_id = null where redemption_id = 3")]
    [InlineData("merchant_settlement_once", "insert into merchant_settlement (book_id, merchant_id, month, pieces, units, expectation_id, made_by, made_at) select book_id, merchant_id, month, pieces, units, expectation_id, made_by, made_at from merchant_settlement")]
    [InlineData("append_only", "update merchant_settlement set units = 1")]
    [InlineData("merchant_settlement_unlike", "insert into merchant_settlement (book_id, merchant_id, month, pieces, units, expectation_id, made_by, made_at) values (1, (select merchant_id from catalogue_item where catalogue_item_id = 2), '2026-02-01', 1, 505, (select max(expectation_id) from merchant_settlement), 1, now())")]
    public async Task Nothing_is_redeemed_around_its_entry_its_piece_or_its_cost(string constraint, string attack)
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

    /// <summary>One redemption of each kind.</summary>
    public sealed class Charity : IAsyncLifetime
    {
        public TestBody Body { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Body = await TestBody.New();
            TimeBankBody bank = await Body.OpenTimeBank();
            await Body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
            await bank.Rice(5, 100);
            long rice = await bank.Offer(OfRice()), soup = await bank.Offer(OfMerchant(5.05m, 5), 5, name: "豆浆一杯"), cut = await bank.Offer(OfSponsor(1));
            await bank.First.Run(bank.Proposal(OfSponsor(5)));
            long one = await bank.Earner("王小妹", 100);
            await bank.Earner("李大伯", 100);
            await bank.Reserved(one, rice);
            await bank.HandedOver(await bank.Reserved(one, rice));
            long third = await bank.Reserved(one, soup);
            await bank.HandedOver(third);
            await Body.Review((await bank.Row(third)).VoucherId!.Value);
            await bank.First.Run(new ReleaseReservationFor(TestBody.Key, await bank.Reserved(one, rice)));
            await bank.Reserved(one, cut);
            await Body.Accountant.Run(new SetPayeeAccount(TestBody.Key, Merchant, PersonKind.Organisation, "6217000011112222333", "工商银行清河支行"));
            await using FundDb db = Body.Db();
            long merchant = (await db.Set<CatalogueItem>().SingleAsync(row => row.CatalogueItemId == soup)).MerchantId!.Value;
            Body.Clock.Now = Instant.FromUtc(2026, 4, 2, 2, 0);
            await Body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, new LocalDate(2026, 3, 1)));
        }

        public ValueTask DisposeAsync() => Body.DisposeAsync();
    }
}
