using CommunityFund.Books;
using Npgsql;

namespace CommunityFund.Web.Hosting;

/// <summary>The database the site runs on: the one whose connection strings are given, or a private one that it starts and stops.</summary>
internal sealed class HostDatabase : IAsyncDisposable
{
    private readonly LocalPostgres? _local;

    private HostDatabase(LocalPostgres? local, string books, string owner) => (_local, Books, Owner) = (local, books, owner);

    public string Books { get; }

    public string Owner { get; }

    public static async Task<HostDatabase> Start(IConfiguration configuration, string dataDirectory, CancellationToken ct)
    {
        HostDatabase database;
        if (configuration.GetConnectionString("Books") is { } books)
        {
            database = new HostDatabase(null, books, configuration.GetConnectionString("BooksOwner")
                ?? throw new InvalidOperationException("ConnectionStrings__Books needs ConnectionStrings__BooksOwner beside it, for migrations."));
        }
        else
        {
            LocalPostgres local = await LocalPostgres.Start(
                new LocalPostgresOptions { DataDirectory = dataDirectory, StopsWhatItFound = true }, ct);
            database = new HostDatabase(local, local.BooksConnection, local.OwnerConnection);
        }

        await Migrator.Migrate(database.Owner, new NpgsqlConnectionStringBuilder(database.Books).Username!, ct);
        return database;
    }

    public ValueTask DisposeAsync() => _local?.DisposeAsync() ?? ValueTask.CompletedTask;
}
