using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>
/// Applies the numbered SQL files in order, each in its own transaction under one advisory lock, and remembers their
/// hashes: a file that was applied may never change.
/// </summary>
public static class Migrator
{
    private const string Folder = "migrations/";

    // Two files also went out saying one function in the other of the two; either way the schema comes out the same, to the byte of
    // schema.txt, and 0023 writes that function anew. Whoever has this form goes on like everybody else.
    private static readonly HashSet<(string Name, string Sha256)> OtherForms =
    [
        ("0016_documents.sql", "b744d20fe09ba71bf043dae801d2fa6ba4fefda4a6a0ab07c35c03a5d55fb04f"),
        ("0022_transfers.sql", "62c134abaf5cb9af8045ba2f2e4ae1df4815806ed9643c59bccd7a4e307c4c75"),
    ];

    /// <param name="ownerConnection">The owner's login (BooksOwner).</param>
    /// <param name="appRole">Name of the app's login, which the files grant rights to.</param>
    /// <returns>Names of the files applied now.</returns>
    public static async Task<IReadOnlyList<string>> Migrate(string ownerConnection, string appRole,
        CancellationToken ct = default)
    {
        // Not of the pool: the lock ends with the session, and a pooled one would keep it for as long as the program runs.
        await using NpgsqlConnection connection = new(
            new NpgsqlConnectionStringBuilder(ownerConnection) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        await Execute(connection, "select pg_advisory_lock(20260101)", ct);
        await Execute(connection,
            """
            create table if not exists schema_migration (
              name text primary key, sha256 text not null, applied_at timestamptz not null default now())
            """,
            ct);
        Dictionary<string, string> applied = await Applied(connection, ct);
        List<string> now = [];
        foreach ((string name, string sql) in Files())
        {
            string hash = HashOf(sql);
            if (!applied.TryGetValue(name, out string? before))
            {
                await Apply(connection, name, sql, hash, appRole, ct);
                now.Add(name);
            }
            else if (!IsForm(name, before, hash))
            {
                throw new InvalidOperationException(
                    $"Migration {name} was applied in another form. Put the file back and write a new one.");
            }
        }

        return now;
    }

    /// <summary>Whether what was applied under a name is the file of that name, of that hash.</summary>
    internal static bool IsForm(string name, string applied, string hash) => applied == hash || OtherForms.Contains((name, applied));

    internal static string HashOf(string sql) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));

    /// <summary>The files in order, as embedded at build time.</summary>
    internal static IEnumerable<(string Name, string Sql)> Files()
    {
        var assembly = typeof(Migrator).Assembly;
        foreach (string name in assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            yield return (name[Folder.Length..], reader.ReadToEnd());
        }
    }

    private static async Task Apply(NpgsqlConnection connection, string name, string sql, string hash, string appRole,
        CancellationToken ct)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct);
        string role = $"\"{appRole.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        await Execute(connection, sql.Replace(":\"app\"", role, StringComparison.Ordinal), ct);
        await using (NpgsqlCommand note = new("insert into schema_migration (name, sha256) values ($1, $2)", connection))
        {
            note.Parameters.Add(new() { Value = name });
            note.Parameters.Add(new() { Value = hash });
            await note.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    private static async Task<Dictionary<string, string>> Applied(NpgsqlConnection connection, CancellationToken ct)
    {
        Dictionary<string, string> applied = [];
        await using NpgsqlCommand command = new("select name, sha256 from schema_migration", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            applied[reader.GetString(0)] = reader.GetString(1);
        }

        return applied;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
