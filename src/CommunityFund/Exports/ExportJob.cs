using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>How far an export has come.</summary>
public enum ExportState
{
    /// <summary>Others are being written.</summary>
    Waiting,

    /// <summary>Being written.</summary>
    Writing,

    /// <summary>May be fetched.</summary>
    Ready,

    /// <summary>Taken back; nothing is left.</summary>
    Cancelled,

    /// <summary>It did not work; nothing is left.</summary>
    Failed,
}

/// <summary>An export that the site writes while its reader does something else.</summary>
public sealed class ExportJob
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly StartExport _start;
    private Task _work = Task.CompletedTask;
    private long _done, _total;
    private volatile ExportFacts _facts;
    private volatile int _state = (int)ExportState.Waiting;

    internal ExportJob(StartExport start, long? actor, int book, ExportFacts facts, string path, Instant startedAt) =>
        (_start, Actor, Book, _facts, Path, StartedAt, _total) = (start, actor, book, facts, path, startedAt, facts.Lines);

    public Guid Key => _start.Key;

    public ExportFormat Format => _start.Format;

    /// <summary>The last day that is in it.</summary>
    public LocalDate Day => _facts.Day;

    /// <summary>The funds that it is confined to; none for the whole book.</summary>
    public IReadOnlyList<ExportedFund> Funds => _facts.Funds;

    public string FileName => Format.FileName(_facts);

    public ExportState State => (ExportState)_state;

    public bool IsUnderWay => State is ExportState.Waiting or ExportState.Writing;

    public ExportProgress Progress => new(Interlocked.Read(ref _done), Interlocked.Read(ref _total));

    public Instant StartedAt { get; }

    public Instant? EndedAt { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>SHA-256 of the finished file, in hexadecimal: the log of what was taken away names it.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Why it did not work, where a rule or the database says so.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>The finished file.</summary>
    public string Path { get; }

    internal long? Actor { get; }

    internal int Book { get; }

    /// <summary>Stops it, and returns when nothing is left of it.</summary>
    public async Task Cancel()
    {
        await _cancel.CancelAsync();
        await _work;
    }

    // The task itself is never cancelled: it says what became of the file.
    internal void Begin(FundSession session, ExportTarget target, SemaphoreSlim turns, IClock clock, Action<Exception> failed) =>
        _work = Task.Run(async () =>
        {
            try
            {
                await turns.WaitAsync(_cancel.Token);
                try
                {
                    await Write(session, target);
                }
                finally
                {
                    turns.Release();
                }
            }
            catch (Exception fault)
            {
                Failed(fault, failed);
            }

            EndedAt = clock.GetCurrentInstant();
        }, CancellationToken.None);

    private async Task Write(FundSession session, ExportTarget target)
    {
        _state = (int)ExportState.Writing;
        using PendingFile file = new(Path);
        _facts = await session.Ask(new ExportBook(Format, _start.AsOf) { To = target with { Open = file.Open, Told = Tell } }, _cancel.Token);
        file.Finish();
        await using (FileStream written = File.OpenRead(Path))
        {
            Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, _cancel.Token));
            Bytes = written.Length;
        }

        _state = (int)ExportState.Ready;
    }

    private void Tell(ExportProgress progress)
    {
        Interlocked.Exchange(ref _done, progress.Done);
        Interlocked.Exchange(ref _total, progress.Total);
    }

    private void Failed(Exception fault, Action<Exception> failed)
    {
        // The driver says in its own way that it was cancelled.
        if (_cancel.IsCancellationRequested)
        {
            _state = (int)ExportState.Cancelled;
            return;
        }

        Refusal = (fault as RefusedException)?.Refusal;
        _state = (int)ExportState.Failed;
        if (Refusal is null)
        {
            failed(fault);
        }
    }
}
