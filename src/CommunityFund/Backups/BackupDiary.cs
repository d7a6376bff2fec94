using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;

namespace CommunityFund.Backups;

/// <summary>
/// Writes down in the books themselves what became of backups, as the program and not as a person. A backup is worth more
/// than its line in the diary: while the database is away, or older than the diary, nothing is written.
/// </summary>
internal sealed class BackupDiary(Installation installation, IClock clock)
{
    public Task Made(Backup backup, Instant began, long? request, CancellationToken ct) => Write(
        BackupRun.Made, backup.Name, Path.GetDirectoryName(backup.Directory)!, began, null, backup.SizeBytes,
        backup.Facts.Books.Sum(book => book.Entries), request, ct);

    public Task Failed(string kind, Refusal why, string place, Instant began, long? request, string backup = "") => Write(
        kind, backup, place, began, why, null, null, request, CancellationToken.None);

    public Task Proved(Backup backup, Instant began, long entries, CancellationToken ct) => Write(
        BackupRun.Proved, backup.Name, Path.GetDirectoryName(backup.Directory)!, began, null, null, entries, null, ct);

    /// <summary>Names of the backups that were restored and found whole.</summary>
    public async Task<IReadOnlySet<string>> Verified(CancellationToken ct) => (await Names(
        "select distinct backup from backup_run where kind = 'proved' and good", ct)).ToHashSet();

    /// <summary>Writes down which backups are no longer where they were made, whoever took them away. Of a place that is away
    /// itself, such as a disk in the safe, nothing is known.</summary>
    public async Task Gone(CancellationToken ct)
    {
        IReadOnlyList<string> known = await Names(
            """
            select place || '/' || backup from backup_run where kind = 'made' and good
            except select place || '/' || backup from backup_run where kind = 'gone'
            """, ct);
        foreach (string path in known.Where(path => !Directory.Exists(path) && Directory.Exists(Path.GetDirectoryName(path))))
        {
            await Write(BackupRun.Gone, Path.GetFileName(path), Path.GetDirectoryName(path)!, clock.GetCurrentInstant(),
                null, null, null, null, ct);
        }
    }

    private async Task<IReadOnlyList<string>> Names(string query, CancellationToken ct)
    {
        List<string> names = [];
        await InDiary(async database =>
        {
            await using NpgsqlCommand ask = new(query, database);
            await using NpgsqlDataReader reader = await ask.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                names.Add(reader.GetString(0));
            }
        }, ct);
        return names;
    }

    private Task Write(
        string kind, string backup, string place, Instant began, Refusal? why, long? size, long? entries, long? request,
        CancellationToken ct) => InDiary(async database =>
    {
        string? facts = why is null ? null : JsonSerializer.Serialize(
            why.Facts.ToDictionary(fact => fact.Key, fact => fact.Value?.ToString() ?? ""), CommandJson.Plain);
        await using NpgsqlCommand insert = new(
            """
            insert into backup_run (kind, backup, place, began_at, ended_at, good, size_bytes, entries, failure, facts, request_id)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, database);
        object?[] values =
        [
            kind, backup, place, began.ToDateTimeUtc(), clock.GetCurrentInstant().ToDateTimeUtc(), why is null, size, entries,
            why?.Code, facts, request,
        ];
        foreach (object? value in values)
        {
            insert.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        await insert.ExecuteNonQueryAsync(ct);
    }, ct);

    private async Task InDiary(Func<NpgsqlConnection, Task> work, CancellationToken ct)
    {
        try
        {
            await using NpgsqlConnection database = new(
                new NpgsqlConnectionStringBuilder(installation.Owner) { Pooling = false }.ConnectionString);
            await database.OpenAsync(ct);
            await using NpgsqlCommand known = new("select to_regclass('public.backup_run') is not null", database);
            if ((bool)(await known.ExecuteScalarAsync(ct))!)
            {
                await work(database);
            }
        }
        catch (NpgsqlException away) when (PassingFault.Is(away))
        {
            // Said above; the backup itself is told to whoever asked for it.
        }
    }
}
