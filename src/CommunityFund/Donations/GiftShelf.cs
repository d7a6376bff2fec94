using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>How far recording a list has come.</summary>
public enum GiftJobState
{
    /// <summary>It is read, or its vouchers are written.</summary>
    UnderWay,

    /// <summary>All of it is recorded.</summary>
    Done,

    /// <summary>Stopped; nothing was recorded.</summary>
    Cancelled,

    /// <summary>It did not work; nothing was recorded.</summary>
    Failed,
}

/// <summary>A list that the site records while its reader waits, looks elsewhere or stops it. It is one transaction.</summary>
public sealed class GiftJob
{
    private readonly CancellationTokenSource _cancel = new();
    private int _done, _gifts;
    private volatile int _state = (int)GiftJobState.UnderWay;
    private ExceptionDispatchInfo? _fault;
    private ListRecorded? _answer;

    internal GiftJob(Guid key, long? actor, int book) => (Key, Actor, Book) = (key, actor, book);

    public Guid Key { get; }

    public GiftJobState State => (GiftJobState)_state;

    /// <summary>Gifts that stand on vouchers so far.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Of how many; 0 while the file is read.</summary>
    public int Gifts => Volatile.Read(ref _gifts);

    public int Percent => Gifts == 0 ? 5 : 10 + (int)(85L * Done / Gifts);

    public Instant? EndedAt { get; private set; }

    /// <summary>Ends with the work, whatever becomes of it.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    internal long? Actor { get; }

    internal int Book { get; }

    /// <summary>What it came to.</summary>
    /// <exception cref="RefusedException">A rule said no.</exception>
    public ListRecorded Outcome()
    {
        _fault?.Throw();
        return _answer ?? throw new OperationCanceledException();
    }

    /// <summary>Stops it, and returns when it has ended.</summary>
    public async Task Cancel()
    {
        await _cancel.CancelAsync();
        await Ended;
    }

    internal void Begin(FundSession session, RecordGiftList list, IClock clock) => Ended = Task.Run(async () =>
    {
        try
        {
            _answer = await session.Run(list with { Told = (done, gifts) => (_done, _gifts) = (done, gifts) }, _cancel.Token);
            _state = (int)GiftJobState.Done;
        }
        catch (Exception fault)
        {
            // The driver says in its own way that it was cancelled.
            _state = (int)(_cancel.IsCancellationRequested ? GiftJobState.Cancelled : GiftJobState.Failed);
            _fault = _cancel.IsCancellationRequested ? null : ExceptionDispatchInfo.Capture(fault);
        }

        EndedAt = clock.GetCurrentInstant();
    }, CancellationToken.None);
}

/// <summary>Lists that are being recorded, each for the person who began it, and what became of them for an hour.</summary>
public sealed class GiftShelf(IClock clock) : IAsyncDisposable
{
    private static readonly Duration Kept = Duration.FromHours(1);

    private readonly ConcurrentDictionary<Guid, GiftJob> _jobs = new();

    /// <summary>Begins, or finds what the same form began.</summary>
    public GiftJob Start(FundSession session, RecordGiftList list)
    {
        Instant now = clock.GetCurrentInstant();
        foreach (GiftJob old in _jobs.Values.Where(job => job.EndedAt is { } ended && ended + Kept < now))
        {
            _jobs.TryRemove(old.Key, out _);
        }

        GiftJob job = new(list.Key, session.Actor, session.Book);
        if (_jobs.TryAdd(list.Key, job))
        {
            job.Begin(session, list, clock);
            return job;
        }

        return Find(session, list.Key) ?? job;
    }

    /// <summary>The person's own of that key; null if there is none, or it is another's.</summary>
    public GiftJob? Find(FundSession session, Guid key) =>
        _jobs.TryGetValue(key, out GiftJob? job) && job.Actor == session.Actor && job.Book == session.Book ? job : null;

    public async ValueTask DisposeAsync()
    {
        foreach (GiftJob job in _jobs.Values)
        {
            await job.Cancel();
        }
    }
}
