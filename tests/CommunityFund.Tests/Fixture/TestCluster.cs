using System.Collections.Concurrent;
using CommunityFund.Books;
using CommunityFund.Demo;
using CommunityFund.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

[assembly: AssemblyFixture(typeof(CommunityFund.Tests.TestCluster))]

namespace CommunityFund.Tests;

/// <summary>
/// One private PostgreSQL per test run. Its databases are migrated and filled once, the small charity and the demo
/// foundation, and cloned for each test.
/// </summary>
public sealed class TestCluster : IAsyncLifetime
{
    private const string Empty = "cf_empty";

    private static readonly SemaphoreSlim Cloning = new(1, 1);
    private static readonly string Directory = Path.Combine(Path.GetTempPath(), $"communityfund-tests-{Guid.NewGuid():N}");
    private static readonly Lazy<Task<LocalPostgres>> Server = new(Start);
    private static readonly Lazy<Task<string>> Small = new(() => Fill("cf_small", TestBody.SetUp));
    private static readonly Lazy<Task<string>> Small2004 = new(() => Fill("cf_small_2004", TestBody.SetUp2004));
    private static readonly Lazy<Task<string>> Demo = new(() => Fill("cf_demo", connection =>
        SeedDemo.Run(connection, TestBody.LogKey, () => TestBody.Password)));

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Others = new();

    private static int _clones;

    public static Task<(LocalConnections Connections, Func<Task> Drop)> CloneSmall() => Clone(Small);

    public static Task<(LocalConnections Connections, Func<Task> Drop)> CloneSmall2004() => Clone(Small2004);

    public static Task<(LocalConnections Connections, Func<Task> Drop)> CloneDemo() => Clone(Demo);

    /// <summary>A database that is filled once per run, by the first who asks for it.</summary>
    public static Task<(LocalConnections Connections, Func<Task> Drop)> CloneOf(string name, Func<string, Task> fill) =>
        Clone(Others.GetOrAdd(name, _ => new Lazy<Task<string>>(() => Fill(name, fill))));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Server.IsValueCreated)
        {
            await (await Server.Value).DisposeAsync();
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    private static async Task<(LocalConnections Connections, Func<Task> Drop)> Clone(Lazy<Task<string>> template)
    {
        LocalPostgres server = await Server.Value;
        string name = $"cf_test_{Interlocked.Increment(ref _clones)}";
        await Copy(server, await template.Value, name);
        return (server.ConnectionsTo(name), () => server.Drop(name));
    }

    private static async Task<string> Fill(string name, Func<string, Task> fill)
    {
        LocalPostgres server = await Server.Value;
        await Copy(server, Empty, name);
        string connection = server.ConnectionsTo(name).Books;
        await fill(connection);
        await using Npgsql.NpgsqlConnection pooled = new(connection);
        Npgsql.NpgsqlConnection.ClearPool(pooled);
        return name;
    }

    // PostgreSQL copies a database only while nobody is connected to it, so copies queue.
    private static async Task Copy(LocalPostgres server, string template, string name)
    {
        await Cloning.WaitAsync();
        try
        {
            await server.Clone(template, name);
        }
        finally
        {
            Cloning.Release();
        }
    }

    private static async Task<LocalPostgres> Start()
    {
        Login.Hasher = new PasswordHasher<Login>(Options.Create(new PasswordHasherOptions { IterationCount = 1 }));
        LocalPostgres server = await LocalPostgres.Start(
            new LocalPostgresOptions { DataDirectory = Directory, Database = Empty, Durable = false }, CancellationToken.None);
        await Migrator.Migrate(server.OwnerConnection, new Npgsql.NpgsqlConnectionStringBuilder(server.BooksConnection)
            .Username!);
        await using Npgsql.NpgsqlConnection pooled = new(server.OwnerConnection);
        Npgsql.NpgsqlConnection.ClearPool(pooled);
        return server;
    }
}
