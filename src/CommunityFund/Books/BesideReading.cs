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
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T> answer = Task.Run(() => Read(work, snapshot, begun, read, ct), CancellationToken.None);
        await await Task.WhenAny(begun.Task, answer);
        return answer;
    }

    private static async Task<T> Read<T>(
        Work work, string snapshot, TaskCompletionSource begun, Func<Work, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        await using FundDb db = work.Foundation.Open();
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);

        // The name is PostgreSQL's own, and this statement takes no parameter.
        await using (NpgsqlCommand same = new($"set transaction snapshot '{snapshot}'", (NpgsqlConnection)db.Database.GetDbConnection()))
        {
            await same.ExecuteNonQueryAsync(ct);
        }

        begun.SetResult();
        db.IsInTransaction = true;
        try
        {
            return await read(new Work(db, work.Actor, work.Book, work.Rights, work.Now, work.Today, work.Foundation, isSnapshot: true), ct);
        }
        finally
        {
            db.IsInTransaction = false;
        }
    }
}
