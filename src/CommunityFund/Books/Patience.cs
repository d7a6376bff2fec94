using System.Diagnostics;
using CommunityFund.Ledger;

namespace CommunityFund.Books;

/// <summary>
/// Asks again while the database is away, at growing intervals, and gives up when it has been away for too long; after that
/// one try each, until it has answered again. For what may safely be asked again: questions, and commands with their key.
/// </summary>
/// <param name="limit">How long the database may be away before this gives up.</param>
/// <param name="wentAway">Told once that the database went away, and how that showed.</param>
internal sealed class Patience(TimeSpan limit, Action<Exception> wentAway)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromSeconds(1);

    private long? _awaySince;

    /// <param name="givingUp">Code of the refusal once the database has been away for too long.</param>
    /// <exception cref="RefusedException">The database stayed away.</exception>
    public async Task<T> Ask<T>(Func<Task<T>> ask, string givingUp, CancellationToken ct)
    {
        for (TimeSpan pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                T answer = await ask();
                _awaySince = null;
                return answer;
            }
            catch (Exception fault) when (PassingFault.Is(fault) && !ct.IsCancellationRequested)
            {
                if (_awaySince is null)
                {
                    _awaySince = Stopwatch.GetTimestamp();
                    wentAway(fault);
                }

                if (Stopwatch.GetElapsedTime(_awaySince.Value) + pause > limit)
                {
                    throw new RefusedException(givingUp);
                }
            }

            await Task.Delay(pause, ct);
        }
    }

    // Not all who were thrown out come back at the same moment.
    private static TimeSpan Longer(TimeSpan pause) =>
        TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, LongestPause.TotalMilliseconds)
            * Random.Shared.Next(75, 101) / 100);
}
