using System.Diagnostics;
using CommunityFund.Ledger;

namespace CommunityFund.Bench;

/// <summary>
/// The door and bare inserts by turns on one PostgreSQL, both with a commit that reaches the disk. What is timed is
/// posting: the vouchers were prepared before the clock starts, as they are when a reviewer opens them.
/// </summary>
/// <param name="ground">Where it runs.</param>
/// <param name="rounds">How many rounds count; one more goes first, to warm up.</param>
/// <param name="size">How many entries a client posts in a round of one per commit.</param>
public sealed class PostingRace(BenchGround ground, int rounds, int size)
{
    private const int Many = 1000;

    public Task<Heat> OnePerCommit(CancellationToken ct) =>
        Run("one-per-commit", 0.2m, [ground.Books[0]], size, 1, Restriction.Unrestricted, ct);

    public Task<Heat> EightClients(CancellationToken ct) =>
        Run("eight-clients", 0.2m, ground.Books, Math.Max(1, size / 2), 1, Restriction.Unrestricted, ct);

    public Task<Heat> ThousandPerCall(CancellationToken ct) =>
        Run("thousand-per-call", 0.1m, [ground.Books[0]], Many, Many, Restriction.Unrestricted, ct);

    /// <summary>Each of these makes a gift lot as well, which bare inserts know nothing of.</summary>
    public Task<Heat> ThousandGiftsPerCall(CancellationToken ct) =>
        Run("thousand-gifts-per-call", null, [ground.Books[0]], Many, Many, Restriction.Restricted, ct);

    /// <summary>How long writing and proving a thousand vouchers takes, for information.</summary>
    public async Task<decimal> PrepareThousand(CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        await new PreparedVouchers(ground).Write(ground.Books[0], Many, Restriction.Unrestricted, ct);
        return Stopwatch.GetElapsedTime(start).Milliseconds();
    }

    internal async Task<Heat> Run(string key, decimal? owed, IReadOnlyList<BenchBook> books, int perBook, int perCall,
        Restriction restriction, CancellationToken ct)
    {
        Func<BenchGround, BenchBook, CancellationToken, Task<PostingLane>>[] kinds =
            [PostingLane.Bare, PostingLane.Door, PostingLane.Direct];
        List<decimal>[] rates = [[], [], []];
        for (int round = 0; round <= rounds; round++)
        {
            for (int kind = 0; kind < kinds.Length; kind++)
            {
                decimal rate = await Lap(kinds[kind], books, perBook, perCall, restriction, ct);
                if (round > 0)
                {
                    rates[kind].Add(rate);
                }
            }

            if (round == 0)
            {
                await ground.Settle(ct);
            }
        }

        return new Heat(key, rates[0].Median(), rates[1].Median(), rates[2].Median(), owed);
    }

    /// <summary>One client per book, all at once; the clock stops when the last has come in.</summary>
    private async Task<decimal> Lap(Func<BenchGround, BenchBook, CancellationToken, Task<PostingLane>> kind,
        IReadOnlyList<BenchBook> books, int perBook, int perCall, Restriction restriction, CancellationToken ct)
    {
        int calls = perBook / perCall;
        List<PostingLane> lanes = [];
        foreach (BenchBook book in books)
        {
            lanes.Add(await kind(ground, book, ct));
            await lanes[^1].Ready(perCall, calls, restriction, ct);
        }

        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(lanes.Select(lane => Task.Run(() => PutAll(lane, calls, ct), ct)));
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        foreach (PostingLane lane in lanes)
        {
            await lane.DisposeAsync();
        }

        return time.PerSecond(calls * perCall * books.Count);
    }

    private static async Task PutAll(PostingLane lane, int calls, CancellationToken ct)
    {
        for (int i = 0; i < calls; i++)
        {
            await lane.Next(ct);
        }
    }
}
