using System.Text.RegularExpressions;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>
/// A PostgreSQL of our own, reached by a Unix socket only. It is made at the first start and found again at later ones;
/// several programs may use it at once, and the last one to leave stops it.
/// </summary>
public sealed partial class LocalPostgres : IAsyncDisposable
{
    private readonly LocalPostgresOptions options;
    private readonly PostgresCluster cluster;
    private readonly LocalSecrets secrets;
    private readonly bool stops;
    private FileStream? use;
    private LocalPostgresWatch? watch;

    private LocalPostgres(
        LocalPostgresOptions options, PostgresCluster cluster, LocalSecrets secrets, string socket, bool started, FileStream use)
    {
        (this.options, this.cluster, this.secrets, this.use) = (options, cluster, secrets, use);
        stops = started || options.StopsWhatItFound;
        (SocketDirectory, Started) = (socket, started);
    }

    /// <summary>The directory of the socket, for programs such as pg_dump.</summary>
    public string SocketDirectory { get; }

    /// <summary>Where the books lie: elsewhere when root's directory is closed to PostgreSQL, else <c>pg</c> in it.</summary>
    public string ClusterDirectory => cluster.Directory;

    internal PostgresCluster Cluster => cluster;

    internal string DataDirectory => options.DataDirectory;

    internal string SuperuserPassword => secrets.For(PostgresCluster.Superuser);

    /// <summary>Whether this object started the server, rather than finding it running.</summary>
    public bool Started { get; }

    /// <summary>For the program itself: it may connect, and do only what migrations have granted.</summary>
    public string BooksConnection => ConnectionsTo(options.Database).Books;

    /// <summary>For migrations: owns the database.</summary>
    public string OwnerConnection => ConnectionsTo(options.Database).Owner;

    /// <summary>For what only a superuser may do.</summary>
    public string SuperuserConnection => ConnectionsTo(options.Database).Superuser;

    /// <summary>The superuser's way to a database that is always there.</summary>
    internal string Maintenance =>
        new NpgsqlConnectionStringBuilder(ConnectionsTo("postgres").Superuser) { Pooling = false }.ConnectionString;

    /// <summary>Makes the cluster if there is none, starts it if it does not run, sees to the roles and the database.</summary>
    /// <exception cref="LocalPostgresException">It cannot be done; the message tells a volunteer what to do.</exception>
    /// <exception cref="ArgumentException">The database's name is not a plain one.</exception>
    public static async Task<LocalPostgres> Start(LocalPostgresOptions options, CancellationToken ct)
    {
        options = options with { DataDirectory = Path.GetFullPath(options.DataDirectory), Database = Plain(options.Database) };
        try
        {
            PostgresPlace.Prepare(options.DataDirectory);
            await using var starting = await LocalFiles.Hold(StartLock(options), ct);
            return await StartAlone(options, ct);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new LocalPostgresException(
                $"当前账户 {Environment.UserName} 不能写入数据目录 {options.DataDirectory}。请用 --data 换一个目录，或用当初的账户启动。",
                $"The account {Environment.UserName} may not write to the data directory {options.DataDirectory}. "
                + "Choose another with --data, or start from the account that made it.",
                denied.Message);
        }
    }

    /// <summary>The ways into another database of this server, such as a clone; the roles stay the main database's.</summary>
    public LocalConnections ConnectionsTo(string database)
    {
        string To(string role) => LocalConnections.To(SocketDirectory, Plain(database), role, secrets.For(role));
        return new(
            LocalConnections.Lasting(To(LocalRoles.App(options.Database))), To(LocalRoles.Owner(options.Database)),
            To(PostgresCluster.Superuser));
    }

    /// <summary>Copies a database to which nobody is connected; the copy belongs to the same roles.</summary>
    public Task Clone(string template, string name, CancellationToken ct = default) =>
        LocalRoles.Clone(Maintenance, Plain(template), Plain(name), options.Database, ct);

    /// <summary>Drops a database, throwing out whoever is connected; does nothing if there is none of that name.</summary>
    public Task Drop(string name, CancellationToken ct = default) => LocalRoles.Drop(Maintenance, Plain(name), ct);

    /// <summary>
    /// From now on starts the server again when it dies, until this object is disposed. Programs that share a server may
    /// all watch it: whoever is first to hold the start lock starts it, the others find it running.
    /// </summary>
    /// <param name="say">Told in words for the log what happened.</param>
    public void Watch(Action<string> say) => watch ??= new LocalPostgresWatch(cluster.SeemsAlive, StartAgain, say);

    /// <summary>
    /// Stops watching, then stops the server, if this object started it or was told to, and no other program still uses it.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (watch is not null)
        {
            await watch.DisposeAsync();
        }
        if (Interlocked.Exchange(ref use, null) is not { } mine)
        {
            return;
        }
        await using var starting = await LocalFiles.Hold(StartLock(options), CancellationToken.None);
        await mine.DisposeAsync();
        await using var lastUser = stops ? LocalFiles.TryHold(UseLock(options)) : null;
        if (lastUser is not null && await cluster.Runs(CancellationToken.None))
        {
            await cluster.Stop();
        }
    }

    /// <returns>Whether it had to be started.</returns>
    private async Task<bool> StartAgain(CancellationToken ct)
    {
        await using var starting = await LocalFiles.Hold(StartLock(options), ct);
        if (await cluster.Runs(ct))
        {
            return false;
        }
        await cluster.Start(SocketDirectory, ct);
        return true;
    }

    private static async Task<LocalPostgres> StartAlone(LocalPostgresOptions options, CancellationToken ct)
    {
        var place = await PostgresPlace.Find(options.DataDirectory, ct);
        var books = new PostgresCluster(await PostgresBinaries.Find(place.Cluster, ct), place, options);
        var passwords = LocalSecrets.Open(LocalSecrets.PathIn(options.DataDirectory));
        if (!books.Exists)
        {
            await books.Make(passwords.For(PostgresCluster.Superuser), ct);
        }
        else if (!passwords.Knows(PostgresCluster.Superuser))
        {
            throw new LocalPostgresException(
                $"账簿还在，但密码文件 {options.DataDirectory}/secrets.json 不见了。请从备份恢复这个文件。",
                $"The books are there but their password file {options.DataDirectory}/secrets.json is gone. "
                + "Restore it from a backup.");
        }

        var started = !await books.Runs(ct);
        if (started)
        {
            await books.Start(null, ct);
        }
        var socket = await books.SocketDirectory(ct);
        var local = new LocalPostgres(options, books, passwords, socket, started, LocalFiles.Share(UseLock(options)));
        try
        {
            await LocalRoles.Prepare(local.ConnectionsTo(options.Database), local.Maintenance, options.Database, ct);
            return local;
        }
        catch
        {
            await local.use!.DisposeAsync();
            if (started)
            {
                await books.Stop();
            }
            throw;
        }
    }

    private static string StartLock(LocalPostgresOptions options) => Path.Combine(options.DataDirectory, "start.lock");

    private static string UseLock(LocalPostgresOptions options) => Path.Combine(options.DataDirectory, "use.lock");

    private static string Plain(string name) => PlainName().IsMatch(name)
        ? name
        : throw new ArgumentException($"A database's name is lower-case letters, digits and _, not '{name}'.", nameof(name));

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,50}\z", RegexOptions.None, 1000)]
    private static partial Regex PlainName();
}
