using System.Diagnostics;

namespace CommunityFund.Outside;

/// <summary>Several pairs of accountant and reviewer who write and review vouchers as fast as the site lets them.</summary>
public sealed class Crowd : IDisposable
{
    private static readonly string[] Funds = ["F00", "F01", "F02"];

    private readonly Memory _memory;
    private readonly List<(Visitor Accountant, Visitor Reviewer)> _pairs = [];
    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _working = [];
    private readonly Lock _lock = new();
    private long _last;
    private int _acknowledged;

    private Crowd(Memory memory) => _memory = memory;

    /// <summary>Reviews that the site has acknowledged.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>The longest time in which nobody was acknowledged anything.</summary>
    public TimeSpan LongestSilence { get; private set; }

    public IEnumerable<string> Shocks => _pairs.SelectMany(pair => pair.Accountant.Shocks.Concat(pair.Reviewer.Shocks));

    public Visitor Reader => _pairs[0].Reviewer;

    public static async Task<Crowd> Of(int pairs, Site site, Memory memory)
    {
        Crowd crowd = new(memory);
        for (int pair = 0; pair < pairs; pair++)
        {
            crowd._pairs.Add((await Visitor.SignIn(site, memory, "chenjing"), await Visitor.SignIn(site, memory, "liwen")));
        }

        return crowd;
    }

    public void Begin()
    {
        _last = Stopwatch.GetTimestamp();
        _working.AddRange(_pairs.Select((pair, place) => Task.Run(() => Work(pair.Accountant, pair.Reviewer, place))));
    }

    /// <summary>Waits until so many more have been acknowledged, or somebody gave up.</summary>
    public async Task More(int count)
    {
        int wanted = Acknowledged + count;
        await Site.Until(() => Task.FromResult(Acknowledged >= wanted || _working.Any(task => task.IsFaulted)));
        await Task.WhenAll(_working.Where(task => task.IsFaulted));
    }

    /// <summary>Everybody finishes the voucher in hand.</summary>
    public async Task End()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_working);
    }

    public void Dispose()
    {
        _pairs.ForEach(pair =>
        {
            pair.Accountant.Dispose();
            pair.Reviewer.Dispose();
        });
        _over.Dispose();
    }

    /// <summary>Every second voucher draws on two funds, and neighbours name them in opposite orders.</summary>
    private static Meant Next(int place, int turn)
    {
        long fen = 100 + Random.Shared.Next(900);
        string first = Funds[(place + turn) % Funds.Length], second = Funds[(place + turn + 1 + (place % 2)) % Funds.Length];
        return new Meant($"外部核对 {Guid.NewGuid():N}", turn % 2 == 0 ? [(first, fen)] : [(first, fen), (second, fen + 1)]);
    }

    private async Task Work(Visitor accountant, Visitor reviewer, int place)
    {
        for (int turn = 0; !_over.IsCancellationRequested; turn++)
        {
            Meant meant = Next(place, turn);
            long voucher = await accountant.Prepare(meant);
            Heard();
            await reviewer.Review(meant, voucher);
            Heard();
            Interlocked.Increment(ref _acknowledged);
        }
    }

    private void Heard()
    {
        lock (_lock)
        {
            TimeSpan silence = Stopwatch.GetElapsedTime(_last);
            LongestSilence = silence > LongestSilence ? silence : LongestSilence;
            _last = Stopwatch.GetTimestamp();
        }
    }
}
