using CommunityFund.Books;
using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.Tests.Books;
using CommunityFund.Tests.PublicMoney;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Enterprises;

/// <summary>Attacks on enterprises, public money and money held for others, by the tables' owner and by the app's login. All fail, so one
/// charity serves them all.</summary>
public sealed class EnterpriseWallTests(EnterpriseWallTests.Charity charity) : IClassFixture<EnterpriseWallTests.Charity>
{
    private const string Declare =
        """
        insert into enterprise_declaration (book_id, enterprise_id, enterprise_term_id, span, from_day, until_day, turnover, profit, filed_document_id, given_for,
          by_stake, nature, due_units, due_on, state, declared_by, declared_at)
        select book_id, enterprise_id, enterprise_term_id, span, date '2026-02-01', date '2026-02-28', turnover, profit, filed_document_id, given_for,
          by_stake, nature, {0}, due_on, '{1}', declared_by, declared_at from enterprise_declaration where enterprise_declaration_id = 1
        """;

    private const string Move = "insert into agency_move (book_id, voucher_id, agency_matter_id, person_id, units, in_goods) select 1, {0}, 1, person_id, {1}, false from agency_recipient where agency_matter_id = 1";

    [Theory]
    [InlineData("append_only", "update enterprise_term set rate_ppm = 1")]
    [InlineData("append_only", "delete from enterprise")]
    [InlineData("append_only", "update filed_document set name = 'x'")]
    [InlineData("append_only", "update enterprise_declaration set profit = 1")]
    [InlineData("append_only", "update public_voucher set units = 1")]
    [InlineData("append_only", "update public_contract set nature = 'subsidy' where public_contract_id = 1")]
    [InlineData("append_only", "truncate agency_move")]
    [InlineData("register_out_of_turn", "update enterprise_term set state = 'dropped' where state = 'agreed'")]
    [InlineData("register_same_person", "update public_contract set state = 'agreed', decided_by = proposed_by, decided_at = now() where state = 'waiting'")]
    [InlineData("declaration_not_by_rule", Declare, "1", "declared")]
    [InlineData("declaration_out_of_turn", Declare, "82000", "due")]
    [InlineData("declaration_out_of_turn", "update enterprise_declaration set state = 'waived'")]
    [InlineData("declaration_same_person", "update enterprise_declaration set state = 'verified', verified_by = 1, verified_at = now() where state = 'declared'")]
    [InlineData("declaration_follows_voucher", "update enterprise_declaration set state = 'received' where state = 'due'")]
    [InlineData("investment_not_free", "insert into enterprise_funding (book_id, enterprise_id, kind, units, fund_id, given_on, grounds, made_by, made_at) values (1, 1, 'investment', 100000000, 3, now(), 'x', 1, now())")]
    [InlineData("pledge_agreed_first", "insert into sales_pledge (book_id, enterprise_id, title, per_item, fund_id, agreement, agreed_on, filed_document_id, starts_on, ends_on, disclose_by, opened_by, opened_on) values (1, 1, 'x', 'x', 3, 'x', '2026-05-02', 1, '2026-05-01', '2026-05-31', '2026-06-30', 1, '2026-03-20')")]
    [InlineData("public_money_is_services", "insert into public_voucher values (1, (select voucher_id from voucher_line join account using (book_id, account_id) where key = 'government-grant-income' limit 1), 1, 'receipt', 1, 100)")]
    [InlineData("public_money_above", "insert into public_voucher select book_id, voucher_id, 1, 'acceptance', 9, 99900000 from public_voucher where public_contract_id = 1 limit 1")]
    [InlineData("public_money_not_agreed", "insert into public_voucher select book_id, voucher_id, 3, 'receipt', 1, 100 from public_voucher where public_contract_id = 1 limit 1")]
    [InlineData("public_money_other_nature", "insert into public_voucher select book_id, voucher_id, 2, 'receipt', 9, 100 from public_voucher where public_contract_id = 1 limit 1")]
    [InlineData("agency_move_unlike_voucher", Move, "(select min(voucher_id) from public_voucher)", "100")]
    [InlineData("agency_matter_floor", Move, "(select min(voucher_id) from public_voucher)", "-10000000")]
    [InlineData("agency_matter_not_agreed", "insert into agency_move select 1, (select min(voucher_id) from public_voucher), 2, person_id, 100, false from agency_recipient where agency_matter_id = 2")]
    public async Task What_two_people_agreed_and_what_money_is_holds_against_everybody(string constraint, string attack, string first = "", string second = "")
    {
        attack = attack.Replace("{0}", first, StringComparison.Ordinal).Replace("{1}", second, StringComparison.Ordinal);
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

    /// <summary>One of everything, agreed; and a contract and a matter that wait.</summary>
    public sealed class Charity : IAsyncLifetime
    {
        public TestBody Body { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Body = await TestBody.New();
            long enterprise = await Body.Enterprise(EnterpriseNotation.Share(TestBody.Community, new LocalDate(2026, 1, 1)));
            await Body.Verify(await Body.Declared(enterprise, new LocalDate(2026, 1, 1), 52_000, 8_200));
            await Body.Declared(enterprise, new LocalDate(2026, 1, 1), 0, 0, GivenFor.Goods, stated: 5);
            await Body.Received(await Body.Contract(3000, TestBody.Community, PublicMoneyNotation.Services));
            await Body.Received(await Body.Contract(500, TestBody.Community));
            await Body.Accountant.Run(await Body.Asked(700, TestBody.Community));
            await Body.Matter("市特困职工帮扶中心");
            await Body.Accountant.Run(await Body.AskedMatter("清河养老院"));
        }

        public ValueTask DisposeAsync() => Body.DisposeAsync();
    }
}
