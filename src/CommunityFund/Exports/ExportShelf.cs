using System.Collections.Concurrent;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>
/// Where exports that the site writes stand until they are fetched: in the data directory, for an hour, each for the person who
/// asked. What a run of the site did not finish, or nobody fetched, the next run takes away.
/// </summary>
public sealed class ExportShelf : IAsyncDisposable
{
    /// <summary>The person's last export is still being written.</summary>
    public const string Busy = "export.busy";

    /// <summary>The disk is nearly full.</summary>
    public const string NoRoom = "export.no-room";

    // The books stand on the same disk: what a line comes to at most in any format, and what must be left.
    private const long BytesPerLine = 2048, LeftOver = 256L << 20;

    private static readonly Duration Kept = Duration.FromHours(1);

    private readonly Lock _starting = new();
    private readonly string _directory;
    private readonly FileStream _alive;
    private readonly IClock _clock;
    private readonly Action<Exception> _failed;
    private readonly PdfPress? _press;
    private readonly ConcurrentDictionary<Guid, ExportJob> _jobs = new();

    // Reading a whole book is a lot of work; two at a time leave the machine to those who write in it.
    private readonly SemaphoreSlim _turns = new(2);

    /// <param name="failed">Told of a fault, for the log.</param>
    /// <param name="press">Prints what a package has on paper.</param>
    public ExportShelf(string dataDirectory, IClock clock, Action<Exception> failed, PdfPress? press = null)
    {
        (_clock, _failed, _press) = (clock, failed, press);
        string all = Path.Combine(dataDirectory, "exports");
        TakeAwayLeftovers(all);
        _directory = Path.Combine(all, Guid.NewGuid().ToString("N"));
        _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(_directory) : Directory.CreateDirectory(
            _directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _alive = Alive(_directory, FileMode.Create);
    }

    /// <summary>Begins an export, or finds the one that the same form began.</summary>
    /// <remarks>An earlier one of the same person, book and format makes room for it.</remarks>
    /// <exception cref="RefusedException">Another of the person's is under way, or there is no room.</exception>
    public ExportJob Start(FundSession session, StartExport start, ExportFacts facts, Words words)
    {
        using Lock.Scope alone = _starting.EnterScope();
        Sweep();
        if (_jobs.TryGetValue(start.Key, out ExportJob? known))
        {
            return known;
        }

        if (Of(session).Any(job => job.IsUnderWay))
        {
            throw new RefusedException(Busy);
        }

        foreach (ExportJob earlier in Of(session).Where(job => job.Format == start.Format))
        {
            TakeAway(earlier);
        }

        if (new DriveInfo(_directory).AvailableFreeSpace < LeftOver + (facts.Lines * BytesPerLine))
        {
            throw new RefusedException(NoRoom);
        }

        ExportJob job = new(start, session.Actor, session.Book, facts, Path.Combine(_directory, start.Key.ToString("N")),
            _clock.GetCurrentInstant());
        _jobs[start.Key] = job;
        job.Begin(session, Target(words), _turns, _clock, _failed);
        return job;
    }

    /// <summary>The person's exports in this book, the last first.</summary>
    public IReadOnlyList<ExportJob> Of(FundSession session)
    {
        Sweep();
        return [.. _jobs.Values.Where(job => job.Actor == session.Actor && job.Book == session.Book)
            .OrderByDescending(job => job.StartedAt)];
    }

    /// <summary>The person's own export of that key; null if there is none, or it is another's.</summary>
    public ExportJob? Find(FundSession session, Guid key) => Of(session).FirstOrDefault(job => job.Key == key);

    public async ValueTask DisposeAsync()
    {
        foreach (ExportJob job in _jobs.Values)
        {
            await job.Cancel();
        }

        _turns.Dispose();
        await _alive.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private ExportTarget Target(Words words) => new(() => Stream.Null, words)
    {
        Print = _press is { } press ? (paper, ct) => press.Print(paper, words, ct) : null,
    };

    private void Sweep()
    {
        Instant now = _clock.GetCurrentInstant();
        foreach (ExportJob old in _jobs.Values.Where(job => job.EndedAt is { } ended && ended + Kept < now))
        {
            TakeAway(old);
        }
    }

    private void TakeAway(ExportJob job)
    {
        _jobs.TryRemove(job.Key, out _);
        File.Delete(job.Path);
    }

    // Held open while the run lives, so that another on the same data leaves its files alone.
    private static FileStream Alive(string directory, FileMode mode) =>
        new(Path.Combine(directory, "alive"), mode, FileAccess.ReadWrite, FileShare.None);

    private static void TakeAwayLeftovers(string all)
    {
        foreach (string left in Directory.Exists(all) ? Directory.GetDirectories(all) : [])
        {
            try
            {
                Alive(left, FileMode.OpenOrCreate).Dispose();
                Directory.Delete(left, recursive: true);
            }
            catch (IOException)
            {
                // Another run's, which looks after it.
            }
        }
    }
}
