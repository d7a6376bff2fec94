namespace CommunityFund.Books;

/// <summary>Looks every half second whether the server lives, and has it started again when it does not.</summary>
internal sealed class LocalPostgresWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500), AfterFailure = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource over = new();
    private readonly Func<bool> lives;
    private readonly Func<CancellationToken, Task<bool>> start;
    private readonly Action<string> say;
    private readonly Task watching;

    public LocalPostgresWatch(Func<bool> lives, Func<CancellationToken, Task<bool>> start, Action<string> say)
    {
        (this.lives, this.start, this.say) = (lives, start, say);
        watching = Task.Run(WatchUntilOver, CancellationToken.None);
    }

    /// <summary>Ends watching; a start that is under way is waited for, so that the server may then be stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await watching;
        over.Dispose();
    }

    private async Task WatchUntilOver()
    {
        try
        {
            while (true)
            {
                await Task.Delay(lives() || await StartAgain() ? Every : AfterFailure, over.Token);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Stopping is deliberate.
        }
    }

    /// <returns>Whether the server runs now; whatever kept it from starting may pass, such as a full disk.</returns>
    private async Task<bool> StartAgain()
    {
        try
        {
            if (await start(over.Token))
            {
                say("PostgreSQL 意外停止，已重新启动。 / PostgreSQL had died and was started again.");
            }
            return true;
        }
        catch (Exception failed) when (failed is LocalPostgresException or IOException or UnauthorizedAccessException)
        {
            say("PostgreSQL 意外停止，暂时启动不了，稍后再试。 / PostgreSQL has died and does not start yet; it will be tried again.\n"
                + failed.Message);
            return false;
        }
    }
}
