using CommunityFund.Ledger;
using Npgsql;

namespace CommunityFund.Backups;

/// <summary>
/// One book's log as it stood: how many entries, and the root over their leaves in order. Read past the program, as plain
/// SQL, so that books of an older schema can be backed up before they are brought up to date.
/// </summary>
public sealed record LogHead(string Book, string Body, long Entries, string Root)
{
    /// <param name="connection">The owner's or the superuser's.</param>
    internal static async Task<IReadOnlyList<LogHead>> Read(string connection, CancellationToken ct)
    {
        await using NpgsqlConnection database = await Open(connection, ct);
        await using NpgsqlCommand known = new("select to_regclass('public.journal_entry') is not null", database);
        if (!(bool)(await known.ExecuteScalarAsync(ct))!)
        {
            return [];
        }

        List<(string Code, string Body)> books = [];
        await using (NpgsqlCommand ask = new("select code, name from public.book order by code", database))
        await using (NpgsqlDataReader reader = await ask.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                books.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        List<LogHead> heads = [];
        foreach ((string code, string body) in books)
        {
            MerkleRoot root = await Leaves(database, code, long.MaxValue, ct);
            heads.Add(new LogHead(code, body, root.Size, Convert.ToHexStringLower(root.Root())));
        }

        return heads;
    }

    /// <summary>The root a book's log had when it was so long.</summary>
    internal static async Task<string> RootAt(string connection, string book, long entries, CancellationToken ct)
    {
        await using NpgsqlConnection database = await Open(connection, ct);
        return Convert.ToHexStringLower((await Leaves(database, book, entries, ct)).Root());
    }

    private static async Task<MerkleRoot> Leaves(NpgsqlConnection database, string book, long first, CancellationToken ct)
    {
        await using NpgsqlCommand ask = new(
            """
            select leaf from public.journal_entry where book_id = (select book_id from public.book where code = $1)
             order by entry_no limit $2
            """, database)
        {
            CommandTimeout = 600,
            Parameters = { new() { Value = book }, new() { Value = first } },
        };
        MerkleRoot root = new();
        await using NpgsqlDataReader reader = await ask.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            root.Add(reader.GetFieldValue<byte[]>(0));
        }

        return root;
    }

    private static async Task<NpgsqlConnection> Open(string connection, CancellationToken ct)
    {
        NpgsqlConnection database = new(new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString);
        await database.OpenAsync(ct);
        return database;
    }
}
