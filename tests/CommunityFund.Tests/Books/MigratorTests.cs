using CommunityFund.Books;
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
}
