using System.Data;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using NodaTime;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>
/// Two-line vouchers that wait for their review. Their rows are written set-wise, since the grid's way of one voucher at a
/// time is not what is measured; they are then proved by the door like any other.
/// </summary>
internal sealed class PreparedVouchers(BenchGround ground)
{
    // More at once would measure how proving grows with what waits, which is a question of its own.
    private const int AtOnce = 250;
    private static readonly LocalDate Day = new(2026, 12, 15);

    /// <summary>Writes and proves vouchers of one book, all of one day.</summary>
    /// <returns>Their ids in order.</returns>
    public async Task<long[]> Write(BenchBook book, int count, Restriction restriction, CancellationToken ct)
    {
        List<long> vouchers = [];
        while (vouchers.Count < count)
        {
            vouchers.AddRange(await WriteTogether(book, Math.Min(AtOnce, count - vouchers.Count), restriction, ct));
        }

        return [.. vouchers];
    }

    public async Task<IReadOnlyList<long>> WriteTogether(BenchBook book, int count, Restriction restriction, CancellationToken ct)
    {
        await using FundDb db = ground.Foundation.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        List<long> vouchers = [];
        await using (NpgsqlCommand command = new(BenchSql.Prepare, (NpgsqlConnection)db.Database.GetDbConnection(),
            (NpgsqlTransaction)transaction.GetDbTransaction()))
        {
            object[] values =
            [
                book.Book, count, new DateOnly(Day.Year, Day.Month, Day.Day), ground.Now.ToDateTimeUtc(), book.Maker, book.Bank,
                book.Income.ToArray(), book.Funds.ToArray(), Codes.Of(restriction),
            ];
            command.Parameters.AddRange(values.Select(value => new NpgsqlParameter { Value = value }).ToArray());
            await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
            {
                vouchers.Add(rows.GetInt64(0));
            }
        }

        await new PostingDoor(db).Prove(book.Book, vouchers, ground.Now, ct);
        await transaction.CommitAsync(ct);
        return vouchers;
    }
}
