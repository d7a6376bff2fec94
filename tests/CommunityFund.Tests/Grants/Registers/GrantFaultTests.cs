using CommunityFund.Checks;
using CommunityFund.Grants.Money;
using CommunityFund.Tests.Checks;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Life;

namespace CommunityFund.Tests.Grants.Registers;

/// <summary>The check of the books finds what a superuser changed in the register of grants' money, and says so in both languages.</summary>
public sealed class GrantFaultTests
{
    [Theory]
    [InlineData("a kept sum of the grant", "update grant_fund set acquitted = 100 where fund_id = 4", "grant.ledger grant.lots grant.parts grant.sums")]
    [InlineData("a kept sum of a tranche", "update tranche_fund set returned = 100 where fund_id = 4 and paid > 0",
        "grant.parts grant.tranche-sums")]
    [InlineData("a move taken out with its sums", """
        delete from grant_money where move = 'returned'; update grant_fund set returned = 0; update tranche_fund set returned = 0
        """, "grant.ledger grant.voucher")]
    [InlineData("a move of another amount, sums and all", """
        update grant_money set units = units - 1 where move = 'returned'; update grant_fund set returned = returned - 1 where returned > 0;
        update tranche_fund set returned = returned - 1 where returned > 0
        """, "grant.ledger grant.voucher")]
    [InlineData("gifts reserved beyond what may be used",
        "update grant_lot set units = units + 10000; update gift_lot set reserved = reserved + 10000 where reserved > 0", "grant.lots")]
    [InlineData("a state without its step", "update grant_case set state = 'closing'", "grant.state")]
    [InlineData("a tranche's state without its step", "update tranche set state = 'cancelled' where no = 2", "grant.tranche-state")]
    public async Task A_planted_fault_is_found_and_named(string what, string sql, string expected)
    {
        await using TestBody body = await TestBody.New();
        RegisterNotation told = await RegisterNotation.Of(body);
        long grant = await told.Started(), tranche = (await told.Plan(grant))[0].TrancheId;
        await told.Move(grant, tranche, MoneyMove.Paid, children: 7200);
        await told.Move(grant, tranche, MoneyMove.Returned, children: 200);
        (await Faults(body)).ShouldBeEmpty();
        await body.Superuser(sql);
        string.Join(' ', (await Faults(body)).Select(fault => fault.Code).Distinct().Order(StringComparer.Ordinal)).ShouldBe(expected, what);
        CheckedBody.Said(await CheckedBody.Check(body)).Where(said => said.StartsWith("grants", StringComparison.Ordinal))
            .ShouldAllBe(said => !said.Contains('{') && said.Contains("W-1-001"));
    }

    [Fact]
    public async Task A_running_grant_leaves_the_books_clean()
    {
        await using TestBody body = await TestBody.New();
        RegisterNotation told = await RegisterNotation.Of(body);
        await told.Started();
        await told.Grants.ShouldBeClean();
    }

    private static async Task<IReadOnlyList<Fault>> Faults(TestBody body) =>
        (await CheckedBody.Check(body)).Checks.Single(check => check.Key == "grants").Faults;
}
