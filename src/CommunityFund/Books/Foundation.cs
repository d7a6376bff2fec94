using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using NodaTime;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>
/// The running foundation: where its database is, its clock and its log key. Everything else hangs on sessions opened here.
/// </summary>
public sealed class Foundation
{
    // More connections than these would only wait for each other's funds, each having to learn the door's statements first.
    private const int MostAtOnce = 8;

    private readonly string _connection;
    private readonly PooledDbContextFactory<FundDb> _contexts;
    private readonly byte[] _logKey;

    /// <param name="connection">The app's login (Books), never the owner's.</param>
    /// <param name="clock">The one clock.</param>
    /// <param name="logKey">Key for personal fields in the command log; made at set-up, kept outside the database.</param>
    public Foundation(string connection, IClock clock, byte[] logKey)
    {
        _connection = connection;
        _contexts = new PooledDbContextFactory<FundDb>(
            new DbContextOptionsBuilder<FundDb>().UseNpgsql(connection).AddInterceptors(new OneConnection()).Options);
        _logKey = logKey;
        Clock = clock;
        LogJson = CommandJson.Logged(logKey);
    }

    public IClock Clock { get; }

    /// <summary>How long a session waits for a database that is away before it says so.</summary>
    public TimeSpan LongestOutage { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Told for the log when a session finds the database away, and how that showed.</summary>
    public Action<Exception>? OnOutage { get; init; }

    internal JsonSerializerOptions LogJson { get; }

    /// <summary>The line in which commands wait for a connection. Questions do not stand in it.</summary>
    internal SemaphoreSlim Turns { get; } = new(MostAtOnce);

    /// <summary>A person at work in a book, vouched for by the program that runs: command line, demo, tests. The site never
    /// does; there a person comes in by <see cref="SignedIn"/>.</summary>
    public FundSession SessionOf(long person, int book) => new(this, person, book, isOperator: false);

    /// <summary>A person at work in a book who came in by the door; what needs a recent proof asks that sign-in for it.</summary>
    /// <param name="signIn">What the database knows the sign-in by.</param>
    public FundSession SignedIn(long person, int book, string signIn) => new(this, person, book, isOperator: false, signIn);

    /// <summary>A stranger at the public pages: no person, no book, and only questions that anybody may ask.</summary>
    public FundSession Visitor() => new(this, null, 0, isOperator: false);

    /// <summary>A key for one purpose, drawn from the installation's: of it nothing stands in the database.</summary>
    public byte[] KeyFor(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _logKey, 32, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>The operator of the machine, for set-up; book 0 means none yet.</summary>
    public FundSession Operator(int book = 0) => new(this, null, book, isOperator: true);

    /// <summary>For ASP.NET Identity's stores, which write apart from commands.</summary>
    public FundDb Open() => _contexts.CreateDbContext();

    /// <summary>Reads apart from commands and questions, waiting as they do for a database that is away.</summary>
    /// <exception cref="Ledger.RefusedException">It stayed away.</exception>
    public Task<T> Read<T>(Func<FundDb, Task<T>> read, CancellationToken ct) => NewPatience().Ask(
        async () =>
        {
            await using FundDb db = Open();
            return await read(db);
        },
        FundSession.Away,
        ct);

    internal Patience NewPatience() => new(LongestOutage, ForgetConnections);

    // Connections that were kept for later are dead too.
    private void ForgetConnections(Exception fault)
    {
        OnOutage?.Invoke(fault);
        using NpgsqlConnection pooled = new(_connection);
        NpgsqlConnection.ClearPool(pooled);
    }
}
