using System.Collections.Concurrent;
using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>Imports under way, each for the person who began it, and what became of them for an hour.</summary>
public sealed class ImportShelf(IClock clock) : IAsyncDisposable
{
    private static readonly Duration Kept = Duration.FromHours(1);

    private readonly ConcurrentDictionary<Guid, ImportJob> _jobs = new();

    /// <summary>Begins an import, or finds the one that the same form began.</summary>
    public ImportJob Start(FundSession session, ImportStatement import)
    {
        Instant now = clock.GetCurrentInstant();
        foreach (ImportJob old in _jobs.Values.Where(job => job.EndedAt is { } ended && ended + Kept < now))
        {
            _jobs.TryRemove(old.Key, out _);
        }

        ImportJob job = new(import.Key, session.Actor, session.Book);
        if (_jobs.TryAdd(import.Key, job))
        {
            job.Begin(session, import, clock);
            return job;
        }

        return Find(session, import.Key) ?? job;
    }

    /// <summary>The person's own import of that key; null if there is none, or it is another's.</summary>
    public ImportJob? Find(FundSession session, Guid key) =>
        _jobs.TryGetValue(key, out ImportJob? job) && job.Actor == session.Actor && job.Book == session.Book ? job : null;

    public async ValueTask DisposeAsync()
    {
        foreach (ImportJob job in _jobs.Values)
        {
            await job.Cancel();
        }
    }
}
