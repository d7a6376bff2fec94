using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace CommunityFund.Books;

/// <summary>What the door answers: where an entry stands.</summary>
public sealed record PostedNumber(long VoucherId, long EntryNo, string Series, int Number);

/// <summary>
/// The one way into the books. It only calls the database's functions; the app's login has no other right to
/// vouchers' fate, holds, lots, journal or balances.
/// </summary>
internal sealed class PostingDoor(FundDb db)
{
    /// <summary>Holds money and reserves lots for vouchers that were just written, whole bundles.</summary>
    public Task Prove(int book, IReadOnlyList<long> vouchers, Instant at, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"select prove_vouchers({book}, {vouchers.ToArray()}, {at.ToDateTimeUtc()})", ct);

    /// <summary>Proves vouchers that close a period; they hold and reserve nothing.</summary>
    public Task ProveClosing(int book, IReadOnlyList<long> vouchers, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"select prove_closing_vouchers({book}, {vouchers.ToArray()})", ct);

    /// <summary>Locks a voucher, its bundle and their funds for the one decision about them.</summary>
    public Task Lock(int book, long voucher, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"select lock_voucher({book}, {voucher})", ct);

    /// <summary>Rejects or withdraws a voucher with its bundle and gives back what they held.</summary>
    public Task Drop(int book, long voucher, VoucherState state, long by, Instant at, string reason, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync(
            $"select drop_voucher({book}, {voucher}, {Codes.Kebab(state)}, {by}, {at.ToDateTimeUtc()}, {reason})", ct);

    /// <summary>Posts prepared vouchers, whole bundles, in the order they were written. Call it last: from here the book is
    /// locked until the commit.</summary>
    public Task<IReadOnlyList<PostedNumber>> Post(int book, IReadOnlyList<long> vouchers, long reviewer, Instant at,
        CancellationToken ct) => Post(book, vouchers, reviewer, rule: null, at, ct);

    /// <summary>Posts vouchers that a rule reviews; the database proves that two people approved it and that it covers them.</summary>
    public Task<IReadOnlyList<PostedNumber>> PostByRule(int book, IReadOnlyList<long> vouchers, string rule, Instant at,
        CancellationToken ct) => Post(book, vouchers, reviewer: null, rule, at, ct);

    private async Task<IReadOnlyList<PostedNumber>> Post(
        int book, IReadOnlyList<long> vouchers, long? reviewer, string? rule, Instant at, CancellationToken ct)
    {
        // By itself rather than through the query pipeline, which would cost about as much as posting one voucher.
        await using NpgsqlCommand post = new(
            "select voucher_id, entry_no, series, number from post_vouchers($1, $2, $3, $4, $5)",
            (NpgsqlConnection)db.Database.GetDbConnection(), (NpgsqlTransaction?)db.Database.CurrentTransaction?.GetDbTransaction())
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = book },
                new NpgsqlParameter<long[]> { TypedValue = [.. vouchers] },
                new NpgsqlParameter<long?> { TypedValue = reviewer, NpgsqlDbType = NpgsqlDbType.Bigint },
                new NpgsqlParameter<string?> { TypedValue = rule, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<DateTime> { TypedValue = at.ToDateTimeUtc() },
            },
        };

        // Once per connection of the pool; of the rest Npgsql prepares nothing by itself, since it loses count when one breaks.
        await post.PrepareAsync(ct);
        await using NpgsqlDataReader rows = await post.ExecuteReaderAsync(ct);
        List<PostedNumber> posted = [];
        while (await rows.ReadAsync(ct))
        {
            posted.Add(new PostedNumber(rows.GetInt64(0), rows.GetInt64(1), rows.GetString(2), rows.GetInt32(3)));
        }

        return posted;
    }
}
