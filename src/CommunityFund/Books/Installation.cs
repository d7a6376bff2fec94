using NodaTime;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>
/// The database and key that site and command line work on: the server whose connection strings are given, or a private
/// PostgreSQL in the data directory, which is started here and stopped by the last program that uses it.
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    private readonly LocalPostgres? _local;

    private Installation(LocalPostgres? local, string books, string owner, byte[] logKey, string dataDirectory) =>
        (_local, Books, Owner, LogKey, DataDirectory) = (local, books, owner, logKey, Path.GetFullPath(dataDirectory));

    /// <summary>Where the key lies, and the private PostgreSQL if there is one.</summary>
    public string DataDirectory { get; }

    /// <summary>Whether the database is a private one, which this program looks after, backups included.</summary>
    public bool IsPrivate => _local is not null;

    internal LocalPostgres? Local => _local;

    /// <summary>The app's login.</summary>
    public string Books { get; }

    /// <summary>The owner's login, for migrations only.</summary>
    public string Owner { get; }

    public byte[] LogKey { get; }

    /// <param name="books">Connection string of the app's login, or null for a private PostgreSQL.</param>
    /// <param name="owner">Connection string of the owner; needed beside <paramref name="books"/>.</param>
    public static async Task<Installation> Start(string? books, string? owner, string dataDirectory,
        CancellationToken ct = default)
    {
        byte[] logKey = CommunityFund.Books.LogKey.In(dataDirectory, await BooksExist(books, dataDirectory, ct));
        if (books is not null)
        {
            return new Installation(null, LocalConnections.Lasting(books), owner
                ?? throw new InvalidOperationException(
                "ConnectionStrings__Books needs ConnectionStrings__BooksOwner beside it, for migrations."), logKey, dataDirectory);
        }

        LocalPostgres local = await LocalPostgres.Start(
            new LocalPostgresOptions { DataDirectory = dataDirectory, StopsWhatItFound = true }, ct);
        return new Installation(local, local.BooksConnection, local.OwnerConnection, logKey, dataDirectory);
    }

    /// <summary>Whether commands were logged before; asked only while there is no key that could prove it.</summary>
    private static async Task<bool> BooksExist(string? books, string dataDirectory, CancellationToken ct)
    {
        if (File.Exists(CommunityFund.Books.LogKey.PathIn(dataDirectory)))
        {
            return true;
        }

        if (books is null)
        {
            return LocalSecrets.AreIn(dataDirectory);
        }

        await using NpgsqlConnection connection = new(books);
        await connection.OpenAsync(ct);
        await using NpgsqlCommand known = new("select to_regclass('command_log') is not null", connection);
        if (!(bool)(await known.ExecuteScalarAsync(ct))!)
        {
            return false;
        }

        await using NpgsqlCommand written = new("select exists (select from command_log)", connection);
        return (bool)(await written.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Whether a private PostgreSQL was made in the data directory before.</summary>
    public static bool IsIn(string dataDirectory) => LocalSecrets.AreIn(dataDirectory);

    /// <summary>Brings the schema up to date; names what was applied.</summary>
    public Task<IReadOnlyList<string>> Migrate(CancellationToken ct = default) =>
        Migrator.Migrate(Owner, new NpgsqlConnectionStringBuilder(Books).Username!, ct);

    /// <summary>Starts a private PostgreSQL again when it dies; another server is other people's to look after.</summary>
    public void Watch(Action<string> say) => _local?.Watch(say);

    /// <param name="onOutage">See <see cref="Foundation.OnOutage"/>.</param>
    public Foundation Open(IClock clock, Action<Exception>? onOutage = null) =>
        new(Books, clock, LogKey) { OnOutage = onOutage };

    public ValueTask DisposeAsync() => _local?.DisposeAsync() ?? ValueTask.CompletedTask;
}
