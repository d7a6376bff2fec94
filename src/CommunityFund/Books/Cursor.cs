using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>Rows as PostgreSQL sends them, one at a time: what was read is not kept, so a million need no more memory than
/// ten. Holes of the statement are parameters.</summary>
internal static class Cursor
{
    /// <summary>The reader stands on a row until the next is asked for.</summary>
    public static async IAsyncEnumerable<NpgsqlDataReader> Rows(
        Work work, FormattableString sql, [EnumeratorCancellation] CancellationToken ct)
    {
        // A large export may take longer than a question of a page; whoever waits can cancel it.
        object[] holes =
            [.. Enumerable.Range(1, sql.ArgumentCount).Select(i => string.Create(CultureInfo.InvariantCulture, $"${i}"))];
        await using NpgsqlCommand command = new(
            string.Format(CultureInfo.InvariantCulture, sql.Format, holes), (NpgsqlConnection)work.Db.Database.GetDbConnection())
        {
            CommandTimeout = 0,
        };
        command.Parameters.AddRange(sql.GetArguments().Select(value => new NpgsqlParameter { Value = value }).ToArray());
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            yield return reader;
        }
    }

    public static string? Text(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Whole(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
