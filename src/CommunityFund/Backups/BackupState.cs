using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Backups;

/// <summary>A backup that is still where it was made.</summary>
/// <param name="ProvedAt">When it was last restored and found whole.</param>
/// <param name="Damage">Why it was not, if that came later.</param>
public sealed record KeptBackup(
    string Name, string Place, Instant TakenAt, Duration Took, long SizeBytes, long Entries, Instant? ProvedAt, Refusal? Damage,
    string? AskedBy)
{
    /// <summary>The backup itself is at fault: not the books that came out of it whole, nor the test.</summary>
    public bool IsUnsound => Damage is not null
        && Damage.Code is not (BackupRefusal.CheckFaults or BackupRefusal.NoRoom or BackupRefusal.NotTested);
}

/// <summary>What became of the backups.</summary>
/// <param name="Kept">Newest first.</param>
/// <param name="ProvedAt">When a backup was last proved to restore, whether or not it is still kept.</param>
/// <param name="Failure">Why the last try came to nothing, if nothing good came after it.</param>
/// <param name="IsWaiting">Somebody has asked for one that has not ended yet.</param>
/// <param name="IsLate">Nothing good for two days.</param>
/// <param name="IsFollowed">What is posted now is written beside the backups.</param>
/// <param name="BehindBytes">What PostgreSQL keeps until it can be written there.</param>
/// <param name="MayAsk">The reader may ask for one now.</param>
public sealed record BackupReport(
    IReadOnlyList<KeptBackup> Kept, Instant? ProvedAt, Refusal? Failure, Instant? FailedAt, bool IsWaiting, bool IsLate,
    bool IsFollowed, long BehindBytes, bool MayAsk)
{
    /// <summary>Somebody has to see to it.</summary>
    public bool IsBad => IsLate || Failure is not null || (Last is not null && !IsFollowed);

    public KeptBackup? Last => Kept.Count > 0 ? Kept[0] : null;
}

/// <summary>Whether the books are safe: for those who answer for them, on the home page and on a page of their own.</summary>
public sealed record BackupState : Query<BackupReport>
{
    private const long MuchBehind = 4 * WalSegment.SizeBytes;
    private static readonly Duration Longest = Duration.FromHours(48);

    /// <summary>Who sees it.</summary>
    public static IReadOnlyList<Role> Readers { get; } = [Role.Admin, Role.Accountant, Role.FinanceOffice];

    internal override Need Needs => Need.Any(Readers);

    internal override async Task<BackupReport> Answer(Work work, CancellationToken ct)
    {
        List<BackupRun> runs = await work.Db.Set<BackupRun>().AsNoTracking().OrderByDescending(run => run.RunId).ToListAsync(ct);
        HashSet<(string, string)> gone =
            [.. runs.Where(run => run.Kind == BackupRun.Gone).Select(run => (run.Backup, run.Place))];
        List<BackupRequest> requests = await work.Db.Set<BackupRequest>().AsNoTracking().ToListAsync(ct);
        // Several bodies may share the installation; who works for another one is not told.
        long[] ours = await work.Db.Set<RoleGrant>().Where(grant => grant.BookId == work.Book)
            .Select(grant => grant.PersonId).Distinct().ToArrayAsync(ct);
        var names = await PersonName.Of(work, requests.Select(request => (long?)request.AskedBy).Where(id => ours.Contains(id!.Value)), ct);
        ILookup<string, BackupRun> proofs = runs.Where(run => run.Kind == BackupRun.Proved).ToLookup(run => run.Backup);
        List<KeptBackup> kept =
        [
            .. runs.Where(run => run is { Kind: BackupRun.Made, Good: true } && !gone.Contains((run.Backup, run.Place)))
                .Select(run => new KeptBackup(
                    run.Backup, run.Place, run.BeganAt, run.EndedAt - run.BeganAt, run.SizeBytes ?? 0, run.Entries ?? 0,
                    proofs[run.Backup].FirstOrDefault(proof => proof.Good)?.EndedAt,
                    proofs[run.Backup].FirstOrDefault() is { Good: false } bad ? Why(bad) : null,
                    requests.Find(request => request.RequestId == run.RequestId) is { } asked ? names.GetValueOrDefault(asked.AskedBy) : null)),
        ];
        BackupRun? lastTry = runs.FirstOrDefault(run => run.Kind is BackupRun.Made or BackupRun.Proved);
        Instant since = kept.Where(backup => !backup.IsUnsound && backup.TakenAt <= work.Now)
            .Select(backup => (Instant?)backup.TakenAt).FirstOrDefault() ?? await Began(work, ct);
        Slot? slot = await work.Db.Database.SqlQuery<Slot>(
            $"""
            select active as "IsActive", pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint as "Behind"
              from pg_replication_slots where slot_name = {WalStream.Slot}
            """).SingleOrDefaultAsync(ct);
        return new BackupReport(
            kept, runs.FirstOrDefault(run => run is { Kind: BackupRun.Proved, Good: true })?.EndedAt,
            lastTry is { Good: false } ? Why(lastTry) : null, lastTry is { Good: false } ? lastTry.EndedAt : null,
            requests.Exists(request => runs.TrueForAll(run => !(run.RequestId >= request.RequestId))),
            work.Now - since > Longest, slot is { IsActive: true, Behind: < MuchBehind }, slot?.Behind ?? 0,
            work.Rights.ReachesAll(Role.Admin));
    }

    private static Refusal Why(BackupRun run) => new(run.Failure!,
        JsonSerializer.Deserialize<Dictionary<string, string>>(run.Facts!, CommandJson.Plain)!
            .ToDictionary(fact => fact.Key, fact => (object?)fact.Value));

    private static async Task<Instant> Began(Work work, CancellationToken ct) => Instant.FromDateTimeUtc(DateTime.SpecifyKind(
        await work.Db.Database.SqlQuery<DateTime>($"""select min(applied_at) as "Value" from schema_migration""").SingleAsync(ct),
        DateTimeKind.Utc));

    private sealed record Slot(bool IsActive, long? Behind);
}
