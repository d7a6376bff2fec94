using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>
/// Questions sent in one trip to the database, and prepared: PostgreSQL plans each once per connection of the pool. For what is
/// asked so often that waiting for the wire and planning anew would take longer than the answer. Holes of a statement are
/// parameters.
/// </summary>
internal sealed class OneTrip(Work work)
{
    private readonly List<(NpgsqlBatchCommand Statement, Action<NpgsqlDataReader> Read)> _asked = [];

    /// <returns>The rows; they are in it once <see cref="Go"/> is back.</returns>
    public IReadOnlyList<T> Ask<T>(FormattableString sql, Func<NpgsqlDataReader, T> row)
    {
        object[] holes =
            [.. Enumerable.Range(1, sql.ArgumentCount).Select(i => string.Create(CultureInfo.InvariantCulture, $"${i}"))];
        NpgsqlBatchCommand statement = new(string.Format(CultureInfo.InvariantCulture, sql.Format, holes));
        foreach (object? value in sql.GetArguments())
        {
            statement.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        List<T> rows = [];
        _asked.Add((statement, reader => rows.Add(row(reader))));
        return rows;
    }

    public async Task Go(CancellationToken ct)
    {
        await using NpgsqlBatch batch = new(
            (NpgsqlConnection)work.Db.Database.GetDbConnection(),
            (NpgsqlTransaction?)work.Db.Database.CurrentTransaction?.GetDbTransaction());
        foreach (var (statement, _) in _asked)
        {
            batch.BatchCommands.Add(statement);
        }

        // Costs a trip of its own only the first time on a connection.
        await batch.PrepareAsync(ct);
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct);
        foreach (var (_, read) in _asked)
        {
            while (await reader.ReadAsync(ct))
            {
                read(reader);
            }

            await reader.NextResultAsync(ct);
        }
    }
}
