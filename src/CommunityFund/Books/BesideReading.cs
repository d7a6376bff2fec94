using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>Another reading of the very state of the books that a question is answered from, on a connection of its own, so that both go on
/// at once. It ends before its question does.</summary>
internal static class BesideReading
{
    /// <summary>Begins it once the second connection sees what the first one sees.</summary>
    /// <param name="work">Of a question, whose transaction must stay until the answer is awaited.</param>
    public static async Task<Task<T>> Begin<T>(Work work, Func<Work, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        string snapshot = await work.Db.Database.SqlQuery<string>($"""select pg_export_snapshot() as "Value" """).SingleAsync(ct);
        FundDb db = work.Foundation.Open();
        try
        {
            IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
            // The name is PostgreSQL's own, and this statement takes no parameter.
            await using (NpgsqlCommand same = new($"set transaction snapshot '{snapshot}'", (NpgsqlConnection)db.Database.GetDbConnection()))
            {
                await same.ExecuteNonQueryAsync(ct);
            }

            db.IsInTransaction = true;
            return Task.Run(() => End(db, transaction, work, read, ct), CancellationToken.None);
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    private static async Task<T> End<T>(
        FundDb db, IDbContextTransaction transaction, Work work, Func<Work, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        await using (db)
        await using (transaction)
        {
            return await read(new Work(db, work.Actor, work.Book, work.Rights, work.Now, work.Today, work.Foundation, isSnapshot: true), ct);
        }
    }
}
