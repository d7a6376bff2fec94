using System.Data;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>One client that puts entries into one book, call by call, each call a transaction of its own.</summary>
internal abstract class PostingLane : IAsyncDisposable
{
    private readonly Queue<long[]> _calls = new();

    protected PostingLane(BenchGround ground, BenchBook book) => (Ground, Book) = (ground, book);

    protected BenchGround Ground { get; }

    protected BenchBook Book { get; }

    /// <summary>Entries put into two tables that only have a primary key.</summary>
    public static async Task<PostingLane> Bare(BenchGround ground, BenchBook book, CancellationToken ct) =>
        new BareLane(ground, book, await BareInserts.Open(ground.App, book.Book, ct));

    /// <summary>By the door as <c>ReviewVoucher</c> does it, a transaction for each call; as in the other lanes, its
    /// connection stays open.</summary>
    public static async Task<PostingLane> Door(BenchGround ground, BenchBook book, CancellationToken ct)
    {
        FundDb db = ground.Foundation.Open();
        await db.Database.OpenConnectionAsync(ct);
        return new DoorLane(ground, book, db);
    }

    /// <summary>The door's statement through Npgsql alone, prepared.</summary>
    public static async Task<PostingLane> Direct(BenchGround ground, BenchBook book, CancellationToken ct)
    {
        DirectLane direct = new(ground, book, await BenchGround.Connect(ground.App, ct));
        await direct.Prepare(ct);
        return direct;
    }

    /// <summary>Gets the vouchers of the coming calls ready.</summary>
    public virtual async Task Ready(int perCall, int calls, Restriction restriction, CancellationToken ct)
    {
        foreach (long[] call in (await new PreparedVouchers(Ground).Write(Book, perCall * calls, restriction, ct)).Chunk(perCall))
        {
            _calls.Enqueue(call);
        }
    }

    /// <summary>Makes the next of the calls that were got ready.</summary>
    public Task Next(CancellationToken ct) => Put(_calls.Dequeue(), ct);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected void Expect(long[] call) => _calls.Enqueue(call);

    protected abstract Task Put(long[] call, CancellationToken ct);

    private sealed class BareLane(BenchGround ground, BenchBook book, BareInserts bare) : PostingLane(ground, book)
    {
        public override Task Ready(int perCall, int calls, Restriction restriction, CancellationToken ct)
        {
            for (int i = 0; i < calls; i++)
            {
                Expect(new long[perCall]);
            }

            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync() => bare.DisposeAsync();

        protected override Task Put(long[] call, CancellationToken ct) => bare.Insert(call.Length, ct);
    }

    private sealed class DoorLane(BenchGround ground, BenchBook book, FundDb db) : PostingLane(ground, book)
    {
        public override ValueTask DisposeAsync() => db.DisposeAsync();

        protected override async Task Put(long[] call, CancellationToken ct)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
            await new PostingDoor(db).Post(Book.Book, call, Book.Reviewer, Ground.Now, ct);
            await transaction.CommitAsync(ct);
        }
    }

    private sealed class DirectLane(BenchGround ground, BenchBook book, NpgsqlConnection connection) : PostingLane(ground, book)
    {
        private readonly NpgsqlParameter<long[]> _vouchers = new() { TypedValue = [] };
        private readonly NpgsqlCommand _command = new(BenchSql.Post, connection);

        public Task Prepare(CancellationToken ct)
        {
            _command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Book.Book });
            _command.Parameters.Add(_vouchers);
            _command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Book.Reviewer });
            _command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Ground.Now.ToDateTimeUtc() });
            return _command.PrepareAsync(ct);
        }

        public override async ValueTask DisposeAsync()
        {
            await _command.DisposeAsync();
            await connection.DisposeAsync();
        }

        protected override async Task Put(long[] call, CancellationToken ct)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct);
            _vouchers.TypedValue = call;
            await using (NpgsqlDataReader rows = await _command.ExecuteReaderAsync(ct))
            {
                while (await rows.ReadAsync(ct))
                {
                    _ = rows.GetInt64(1);
                }
            }

            await transaction.CommitAsync(ct);
        }
    }
}
