using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CommunityFund.Bench;

/// <summary>
/// Adds up the time that EF Core's statements take, from sending each until its last row is read: what the database needs,
/// and a little more, never less.
/// </summary>
internal sealed class StatementStopwatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];
    private TimeSpan _sum;

    public StatementStopwatch() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    /// <summary>What has been added up since the last time this was asked.</summary>
    public TimeSpan Take()
    {
        TimeSpan taken = _sum;
        _sum = TimeSpan.Zero;
        return taken;
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name)
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value) => _sum += value.Value switch
    {
        CommandExecutedEventData executed => executed.Duration,
        DataReaderDisposingEventData read => read.Duration,
        _ => TimeSpan.Zero,
    };

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
}
