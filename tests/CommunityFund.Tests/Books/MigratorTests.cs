using CommunityFund.Books;
using CommunityFund.Tests.Checks;
using Npgsql;

namespace CommunityFund.Tests.Books;

public sealed class MigratorTests
{
    [Fact]
    public async Task A_program_that_has_migrated_and_runs_on_does_not_keep_others_from_migrating()
    {
        await using TestBody body = await TestBody.New();
        (await Migrator.Migrate(body.Connections.Owner, new NpgsqlConnectionStringBuilder(body.Connections.Books).Username!))
            .ShouldBeEmpty();
        await using NpgsqlConnection other = new(
            new NpgsqlConnectionStringBuilder(body.Connections.Owner) { Pooling = false }.ConnectionString);
        await other.OpenAsync();
        // The server may still be ending the session that has gone; it would keep the lock for good if it were of the pool.
        await using NpgsqlCommand taken = new("set lock_timeout = '20s'; select pg_advisory_lock(20260101)", other);
        await Should.NotThrowAsync(() => taken.ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task A_file_that_was_applied_in_another_form_is_refused_but_for_two_that_say_the_same()
    {
        await using TestBody body = await TestBody.New();
        string app = new NpgsqlConnectionStringBuilder(body.Connections.Books).Username!;
        await Remember("0016_documents.sql", "b744d20fe09ba71bf043dae801d2fa6ba4fefda4a6a0ab07c35c03a5d55fb04f");
        await Remember("0022_transfers.sql", "62c134abaf5cb9af8045ba2f2e4ae1df4815806ed9643c59bccd7a4e307c4c75");
        (await Migrator.Migrate(body.Connections.Owner, app)).ShouldBeEmpty();
        CheckedBody.Said(await CheckedBody.Check(body)).ShouldBeEmpty();
        await Remember("0015_ledgers.sql", new string('0', 64));
        (await Should.ThrowAsync<InvalidOperationException>(() => Migrator.Migrate(body.Connections.Owner, app)))
            .Message.ShouldContain("0015_ledgers.sql");

        async Task Remember(string name, string sha256)
        {
            await using NpgsqlConnection owner = new(body.Connections.Owner);
            await owner.OpenAsync();
            await using NpgsqlCommand remember = new("update schema_migration set sha256 = $2 where name = $1", owner)
            {
                Parameters = { new() { Value = name }, new() { Value = sha256 } },
            };
            (await remember.ExecuteNonQueryAsync()).ShouldBe(1);
        }
    }
}
