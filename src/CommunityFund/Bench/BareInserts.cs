using System.Diagnostics;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>
/// Entries put into two tables that only have a primary key: the least PostgreSQL can do for a header and two lines. The
/// statements are prepared, and an entry or a thousand takes as many round trips as the door: one for the rows, one for the
/// commit.
/// </summary>
internal sealed class BareInserts : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly int _book;
    private long _last;

    private BareInserts(NpgsqlConnection connection, int book, long last) =>
        (_connection, _book, _last) = (connection, book, last);

    public static async Task<BareInserts> Open(string connection, int book, CancellationToken ct)
    {
        NpgsqlConnection open = await BenchGround.Connect(connection, ct);
        await using NpgsqlCommand last = new("select coalesce(max(entry_no), 0) from bare.header where book_id = $1", open)
        {
            Parameters = { new() { Value = book } },
        };
        BareInserts bare = new(open, book, (long)(await last.ExecuteScalarAsync(ct))!);
        return bare;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Inserts so many two-line entries in one transaction.</summary>
    /// <returns>How long its commit took.</returns>
    public async Task<TimeSpan> Insert(int entries, CancellationToken ct)
    {
        await using NpgsqlTransaction transaction = await _connection.BeginTransactionAsync(ct);
        await using NpgsqlBatch batch = new(_connection, transaction);
        batch.BatchCommands.Add(entries == 1 ? OneHeader() : Headers(entries));
        batch.BatchCommands.Add(entries == 1 ? OneEntrysLines() : Lines(entries));
        await batch.PrepareAsync(ct);
        await batch.ExecuteNonQueryAsync(ct);
        _last += entries;
        long start = Stopwatch.GetTimestamp();
        await transaction.CommitAsync(ct);
        return Stopwatch.GetElapsedTime(start);
    }

    private static NpgsqlBatchCommand Command(string text, params object[] values)
    {
        NpgsqlBatchCommand command = new(text);
        command.Parameters.AddRange(values.Select(value => new NpgsqlParameter { Value = value }).ToArray());
        return command;
    }

    private NpgsqlBatchCommand OneHeader() => Command(
        "insert into bare.header (book_id, entry_no, entry_date, memo, posted_at) values ($1, $2, $3, $4, $5)",
        _book, _last + 1, Day, "捐赠", Moment);

    private NpgsqlBatchCommand OneEntrysLines() => Command(
        """
        insert into bare.line (book_id, entry_no, line_no, account_id, fund_id, commodity, period, amount)
        values ($1, $2, $3, $4, $5, $6, $7, $8), ($1, $2, $9, $10, $5, $6, $7, $11)
        """,
        _book, _last + 1, (short)1, 2, 3, "CNY", 202612, 10_000L, (short)2, 60, -10_000L);

    private NpgsqlBatchCommand Headers(int entries) => Command(
        """
        insert into bare.header (book_id, entry_no, entry_date, memo, posted_at)
        select $1, * from unnest($2, $3, $4, $5)
        """,
        _book, Numbers(entries), Enumerable.Repeat(Day, entries).ToArray(), Enumerable.Repeat("捐赠", entries).ToArray(),
        Enumerable.Repeat(Moment, entries).ToArray());

    private NpgsqlBatchCommand Lines(int entries)
    {
        int[] lines = [.. Enumerable.Range(0, entries * 2)];
        return Command(
            """
            insert into bare.line (book_id, entry_no, line_no, account_id, fund_id, commodity, period, amount)
            select $1, * from unnest($2, $3, $4, $5, $6, $7, $8)
            """,
            _book, lines.Select(line => _last + 1 + (line / 2)).ToArray(),
            lines.Select(line => (short)(1 + (line % 2))).ToArray(),
            lines.Select(line => line % 2 == 0 ? 2 : 60).ToArray(), lines.Select(line => 1 + (line / 2 % 40)).ToArray(),
            lines.Select(_ => "CNY").ToArray(), lines.Select(_ => 202612).ToArray(),
            lines.Select(line => line % 2 == 0 ? 10_000L : -10_000L).ToArray());
    }

    private long[] Numbers(int entries) => [.. Enumerable.Range(1, entries).Select(entry => _last + entry)];

    private static DateOnly Day { get; } = new(2026, 12, 15);

    private static DateTime Moment { get; } = new(2026, 12, 31, 2, 0, 0, DateTimeKind.Utc);
}
