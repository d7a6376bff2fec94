using System.Data;
using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>
/// The door and bare inserts by turns on one PostgreSQL, both with a commit that reaches the disk. What is timed is
/// posting: the vouchers were prepared before the clock starts, as they are when a reviewer opens them.
/// </summary>
/// <param name="ground">Where it runs.</param>
/// <param name="rounds">How many rounds count; one more goes first, to warm up.</param>
/// <param name="size">How many entries a client posts in a round of one per commit.</param>
public sealed class PostingRace(BenchGround ground, int rounds, int size)
{
    private const int Many = 1000;

    public Task<Heat> OnePerCommit(CancellationToken ct) =>
        Run("one-per-commit", 0.2m, [ground.Books[0]], size, 1, Restriction.Unrestricted, ct);

    public Task<Heat> EightClients(CancellationToken ct) =>
        Run("eight-clients", 0.2m, ground.Books, Math.Max(1, size / 2), 1, Restriction.Unrestricted, ct);

    public Task<Heat> ThousandPerCall(CancellationToken ct) =>
        Run("thousand-per-call", 0.1m, [ground.Books[0]], Many, Many, Restriction.Unrestricted, ct);

    /// <summary>Each of these makes a gift lot as well, which bare inserts know nothing of.</summary>
    public Task<Heat> ThousandGiftsPerCall(CancellationToken ct) =>
        Run("thousand-gifts-per-call", null, [ground.Books[0]], Many, Many, Restriction.Restricted, ct);

    /// <summary>How long writing and proving a thousand vouchers takes, for information.</summary>
    public async Task<decimal> PrepareThousand(CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        await new PreparedVouchers(ground).Write(ground.Books[0], Many, Restriction.Unrestricted, ct);
        return Stopwatch.GetElapsedTime(start).Milliseconds();
    }

    internal async Task<Heat> Run(string key, decimal? owed, IReadOnlyList<BenchBook> books, int perBook, int perCall,
        Restriction restriction, CancellationToken ct)
    {
        List<decimal> bare = [], door = [], direct = [];
        for (int round = 0; round <= rounds; round++)
        {
            decimal bareRate = await Lap(books, perBook, perCall, null, BareClient, ct);
            decimal doorRate = await Lap(books, perBook, perCall, restriction, DoorClient, ct);
            decimal directRate = await Lap(books, perBook, perCall, restriction, DirectClient, ct);
            if (round > 0)
            {
                bare.Add(bareRate);
                door.Add(doorRate);
                direct.Add(directRate);
            }
        }

        return new Heat(key, bare.Median(), door.Median(), direct.Median(), owed);
    }

    internal static async Task<TimeSpan> BareClient(BenchGround ground, BenchBook book, IReadOnlyList<long[]> calls, CancellationToken ct)
    {
        await using BareInserts bare = await BareInserts.Open(ground.App, book.Book, ct);
        await bare.Insert(calls[0].Length, ct);
        long start = Stopwatch.GetTimestamp();
        foreach (long[] call in calls)
        {
            await bare.Insert(call.Length, ct);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>As <c>ReviewVoucher</c> does it: a context and a transaction for each call.</summary>
    internal static async Task<TimeSpan> DoorClient(BenchGround ground, BenchBook book, IReadOnlyList<long[]> calls, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (long[] call in calls)
        {
            await using FundDb db = ground.Foundation.Open();
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
            await new PostingDoor(db).Post(book.Book, call, book.Reviewer, ground.Now, ct);
            await transaction.CommitAsync(ct);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    internal static async Task<TimeSpan> DirectClient(BenchGround ground, BenchBook book, IReadOnlyList<long[]> calls, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await BenchGround.Connect(ground.App, ct);
        await using NpgsqlCommand command = new(BenchSql.Post, connection);
        NpgsqlParameter<long[]> vouchers = new() { TypedValue = [] };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = book.Book });
        command.Parameters.Add(vouchers);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = book.Reviewer });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = ground.Now.ToDateTimeUtc() });
        await command.PrepareAsync(ct);
        long start = Stopwatch.GetTimestamp();
        foreach (long[] call in calls)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct);
            vouchers.TypedValue = call;
            await using (NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct))
            {
                while (await rows.ReadAsync(ct))
                {
                    _ = rows.GetInt64(1);
                }
            }

            await transaction.CommitAsync(ct);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>One client per book, all at once; the slowest client's clock counts.</summary>
    private async Task<decimal> Lap(IReadOnlyList<BenchBook> books, int perBook, int perCall, Restriction? prepared, Client client,
        CancellationToken ct)
    {
        PreparedVouchers writer = new(ground);
        List<(BenchBook Book, long[] Vouchers)> work = [];
        foreach (BenchBook book in books)
        {
            work.Add((book, prepared is { } kind ? await writer.Write(book, perBook, kind, ct) : new long[perBook]));
        }

        long start = Stopwatch.GetTimestamp();
        TimeSpan[] times = await Task.WhenAll(work.Select(each =>
            Task.Run(() => client(ground, each.Book, [.. each.Vouchers.Chunk(perCall)], ct), ct)));
        TimeSpan whole = books.Count == 1 ? times[0] : Stopwatch.GetElapsedTime(start);
        return whole.PerSecond(perBook * books.Count);
    }

    internal delegate Task<TimeSpan> Client(BenchGround ground, BenchBook book, IReadOnlyList<long[]> calls, CancellationToken ct);
}
