using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Backups;

/// <summary>Whether the site should make a backup now, and for whom.</summary>
/// <param name="Request">The wish that it would answer.</param>
/// <param name="Prove">It should then be restored and checked too.</param>
public sealed record BackupDue(bool IsDue, long? Request, bool Prove);

/// <summary>
/// Looks into the diary: a backup is due when somebody asked for one, when the quiet hour has passed since the last, or when
/// the last is a day old. After a failure an hour passes before the next try.
/// </summary>
/// <param name="Anew">The last one does not count: it is not where backups should be, or changes since then were lost.</param>
public sealed record NextBackup(BackupSettings Settings, bool Anew = false) : Query<BackupDue>
{
    private static readonly DateTimeZone Shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
    private static readonly Duration Day = Duration.FromDays(1), AfterFailure = Duration.FromHours(1);

    internal override Need Needs => Need.Operator;

    internal override async Task<BackupDue> Answer(Work work, CancellationToken ct)
    {
        List<BackupRun> runs = await work.Db.Set<BackupRun>().AsNoTracking().OrderByDescending(run => run.RunId).ToListAsync(ct);
        BackupRun? lastTry = runs.FirstOrDefault(run => run.Kind == BackupRun.Made);
        BackupRun? good = runs.FirstOrDefault(run => run is { Kind: BackupRun.Made, Good: true });
        long answered = runs.Max(run => run.RequestId) ?? 0;
        long? asked = await work.Db.Set<BackupRequest>().Where(request => request.RequestId > answered)
            .MaxAsync(request => (long?)request.RequestId, ct);
        Instant? proved = runs.FirstOrDefault(run => run is { Kind: BackupRun.Proved, Good: true })?.EndedAt;
        bool prove = IsOlder(proved, Duration.FromDays(Settings.VerifyEveryDays) - Duration.FromHours(1), work.Now);
        bool resting = lastTry is { Good: false } && !IsOlder(lastTry.EndedAt, AfterFailure, work.Now);
        bool due = asked is not null || (!resting && IsDue(Anew ? null : good?.BeganAt, work.Now));
        return new BackupDue(due, asked, prove);
    }

    internal bool IsDue(Instant? last, Instant now)
    {
        if (IsOlder(last, Day, now))
        {
            return true;
        }

        LocalDateTime here = now.InZone(Shanghai).LocalDateTime;
        LocalDateTime quiet = (here.TimeOfDay >= Settings.Hour ? here.Date : here.Date.PlusDays(-1)) + Settings.Hour;
        return last!.Value < Shanghai.AtLeniently(quiet).ToInstant();
    }

    // What a clock that was ahead wrote down tells nothing.
    private static bool IsOlder(Instant? last, Duration age, Instant now) =>
        last is null || last > now || now - last.Value >= age;
}
