using System.Runtime.ExceptionServices;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>How far an import has come.</summary>
public enum ImportState
{
    /// <summary>The file is read, or its lines are staged.</summary>
    UnderWay,

    /// <summary>All lines are staged.</summary>
    Done,

    /// <summary>Stopped; nothing was staged.</summary>
    Cancelled,

    /// <summary>It did not work; nothing was staged.</summary>
    Failed,
}

/// <summary>An import that the site does while its reader waits, looks elsewhere or stops it. It is one transaction: whatever
/// happens, all of the file is here or nothing.</summary>
public sealed class ImportJob
{
    private readonly CancellationTokenSource _cancel = new();
    private int _read, _staged;
    private volatile int _state = (int)ImportState.UnderWay;
    private ExceptionDispatchInfo? _fault;

    internal ImportJob(Guid key, long? actor, int book) => (Key, Actor, Book) = (key, actor, book);

    public Guid Key { get; }

    public ImportState State => (ImportState)_state;

    /// <summary>Lines that were read so far.</summary>
    public int Read => Volatile.Read(ref _read);

    /// <summary>Lines that were looked at for staging so far; of as many as were read.</summary>
    public int Staged => Volatile.Read(ref _staged);

    /// <summary>Reading is the first half, staging the other.</summary>
    public int Percent => Staged == 0 || Read == 0 ? Math.Min(49, Read / 2_048) : 50 + (int)(49L * Staged / Read);

    public Instant? EndedAt { get; private set; }

    public Imported? Answer { get; private set; }

    /// <summary>Ends with the import, whatever becomes of it.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    internal long? Actor { get; }

    internal int Book { get; }

    /// <summary>What it came to.</summary>
    /// <exception cref="RefusedException">A rule said no.</exception>
    public Imported Outcome()
    {
        _fault?.Throw();
        return Answer ?? throw new OperationCanceledException();
    }

    /// <summary>Stops it, and returns when it has ended.</summary>
    public async Task Cancel()
    {
        await _cancel.CancelAsync();
        await Ended;
    }

    internal void Begin(FundSession session, ImportStatement import, IClock clock) => Ended = Task.Run(async () =>
    {
        try
        {
            Answer = await session.Run(import with { Told = Tell }, _cancel.Token);
            _state = (int)ImportState.Done;
        }
        catch (Exception fault)
        {
            // The driver says in its own way that it was cancelled.
            _state = (int)(_cancel.IsCancellationRequested ? ImportState.Cancelled : ImportState.Failed);
            _fault = _cancel.IsCancellationRequested ? null : ExceptionDispatchInfo.Capture(fault);
        }

        EndedAt = clock.GetCurrentInstant();
    }, CancellationToken.None);

    private void Tell(int read, int staged) => (_read, _staged) = (read, staged);
}
