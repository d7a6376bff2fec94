using CommunityFund.Books;

[assembly: AssemblyFixture(typeof(CommunityFund.Tests.TestCluster))]

namespace CommunityFund.Tests;

/// <summary>One private PostgreSQL per test run; its template database is migrated and set up once, and cloned per test.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    public const string Template = "cf_template";

    private static readonly SemaphoreSlim Cloning = new(1, 1);
    private static readonly string Directory = Path.Combine(Path.GetTempPath(), $"communityfund-tests-{Guid.NewGuid():N}");
    private static readonly Lazy<Task<LocalPostgres>> Server = new(Start);
    private static int _clones;

    public static async Task<(LocalConnections Connections, Func<Task> Drop)> Clone()
    {
        LocalPostgres server = await Server.Value;
        string name = $"cf_test_{Interlocked.Increment(ref _clones)}";
        await Cloning.WaitAsync();
        try
        {
            await server.Clone(Template, name);
        }
        finally
        {
            Cloning.Release();
        }

        return (server.ConnectionsTo(name), () => server.Drop(name));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Server.IsValueCreated)
        {
            await (await Server.Value).DisposeAsync();
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    private static async Task<LocalPostgres> Start()
    {
        LocalPostgres server = await LocalPostgres.Start(
            new LocalPostgresOptions { DataDirectory = Directory, Database = Template, Durable = false }, CancellationToken.None);
        await Migrator.Migrate(server.OwnerConnection, new Npgsql.NpgsqlConnectionStringBuilder(server.BooksConnection).Username!);
        await TestBody.SetUp(server.BooksConnection);
        Npgsql.NpgsqlConnection.ClearAllPools();
        return server;
    }
}
