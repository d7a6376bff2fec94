using System.Diagnostics;
using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>
/// Fills a book with posted entries of two lines, twelve months, every account in every fund. They are inserted by the
/// tables' owner with all triggers on, so they are balanced, numbered and counted like any other.
/// </summary>
internal sealed class FilledBook(BenchGround ground, BenchBook book)
{
    private const int Months = 12;
    private const int AtOnce = 25_000;

    /// <summary>Adds lines until there are at least so many.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> FillTo(int lines, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        await using NpgsqlConnection owner = await BenchGround.Connect(ground.Owner, ct);
        long narrative = await Narrative(owner, ct);
        int missing = ((lines - await Lines(ct) + 1) / 2) + Months - 1;
        for (int month = 1; month <= Months && missing >= Months; month++)
        {
            for (int left = missing / Months; left > 0; left -= AtOnce)
            {
                await Add(owner, month, Math.Min(left, AtOnce), narrative, ct);
            }
        }

        await ground.Settle(ct);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Gives what was filled in its vouchers, their reviews and its leaves: a book that is whole when it is checked. Nothing may change
    /// an entry, so a superuser sets the triggers aside.</summary>
    public async Task MakeWhole(CancellationToken ct)
    {
        await using NpgsqlConnection superuser = await BenchGround.Connect(ground.Superuser, ct);
        await using (NpgsqlTransaction transaction = await superuser.BeginTransactionAsync(ct))
        {
            await Execute(superuser, "set local session_replication_role = replica", ct);
            await Execute(superuser, BenchSql.FillVouchers, ct, book.Book);
            await Execute(superuser, BenchSql.SetLeaves, ct, book.Book);
            await transaction.CommitAsync(ct);
        }

        await ground.Settle(ct);
    }

    public async Task<int> Lines(CancellationToken ct)
    {
        await using FundDb db = ground.Foundation.Open();
        return await db.Postings.CountAsync(line => line.BookId == book.Book, ct);
    }

    private async Task Add(NpgsqlConnection owner, int month, int entries, long narrative, CancellationToken ct)
    {
        await using NpgsqlTransaction transaction = await owner.BeginTransactionAsync(ct);
        await Execute(owner, BenchSql.FillHeaders, ct,
            book.Book, entries, month, ground.Now.ToDateTimeUtc(), book.Maker, book.Reviewer, narrative);
        await Execute(owner, BenchSql.FillLines, ct,
            book.Book, entries, book.Bank, book.Accounts.ToArray(), book.Restricted.ToArray(), book.Funds.ToArray());
        await transaction.CommitAsync(ct);
    }

    private async Task<long> Narrative(NpgsqlConnection owner, CancellationToken ct)
    {
        await using NpgsqlCommand command = new(
            """
            insert into narrative (book_id, salt, text, digest)
            select $1, salt, '填充', sha256(salt || convert_to('填充', 'UTF8')) from (select uuid_send(gen_random_uuid()) as salt) s
            returning narrative_id
            """,
            owner)
        {
            Parameters = { new() { Value = book.Book } },
        };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task Execute(NpgsqlConnection owner, string statement, CancellationToken ct, params object[] values)
    {
        await using NpgsqlCommand command = new(statement, owner) { CommandTimeout = 600 };
        command.Parameters.AddRange(values.Select(value => new NpgsqlParameter { Value = value }).ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }
}
