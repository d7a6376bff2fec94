using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Npgsql;

namespace CommunityFund.Tests.Books;

/// <summary>Fifty people at the same moment, and a fund has no more money than it has.</summary>
public sealed class ManyAtOnceTests
{
    private const int Payers = 50;

    [Fact]
    public async Task Fifty_payers_at_once_never_pass_what_a_fund_has_available()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        string[] outcomes = await Task.WhenAll(Enumerable.Range(0, Payers).Select(_ => Pay(body)));
        outcomes.Count(outcome => outcome == "paid").ShouldBe(33); // 33 x 30 of 1,000
        outcomes.Count(outcome => outcome == ConstraintRefusal.HoldAboveAvailable).ShouldBe(Payers - 33);
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(10));
        (await body.FinanceOfficer.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fifty_owners_writing_past_the_door_at_once_do_not_pass_it_either()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        bool[] held = await Task.WhenAll(Enumerable.Range(0, Payers).Select(_ => Hold(body)));
        held.Count(done => done).ShouldBe(33);
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(10));
    }

    private static async Task<string> Pay(TestBody body)
    {
        try
        {
            await body.Review(await body.PrepareExpense(TestBody.Community, 30));
            return "paid";
        }
        catch (RefusedException refused)
        {
            return refused.Refusal.Code;
        }
    }

    private static async Task<bool> Hold(TestBody body)
    {
        await using NpgsqlConnection connection = new(body.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand hold = new("insert into hold (book_id, fund_id, units, placed_at) values (1, 3, 3000, now())", connection);
        try
        {
            await hold.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException refused) when (refused.ConstraintName == "hold_above_available")
        {
            return false;
        }
    }
}
