using CommunityFund.Backups;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Web.Hosting;

/// <summary>
/// Keeps the books safe while the site runs: streams the log of changes all the time, makes a backup every night or when
/// somebody asks, and proves one by a restore every week. What becomes of it stands in the diary, which pages read.
/// </summary>
internal sealed class NightlyBackups(
    Installation installation, Foundation foundation, Words words, ILogger<NightlyBackups> log)
    : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(45), Every = TimeSpan.FromSeconds(10);

    private readonly WalStream _stream = new(installation);
    private string? _said;
    private bool _cleared;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!installation.IsPrivate)
        {
            return;
        }

        Task streaming = Task.Run(
            () => _stream.Run(words, said => log.LogWarning("{Said}", said), stoppingToken), CancellationToken.None);
        try
        {
            // The site answers its first visitors before it begins to copy.
            await Task.Delay(First, stoppingToken);
            using PeriodicTimer timer = new(Every);
            do
            {
                await Look(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping is deliberate; what was half made is taken away.
        }

        await streaming;
    }

    private async Task Look(CancellationToken ct)
    {
        try
        {
            if (!_cleared)
            {
                _cleared = true;
                await RestoreDrill.ClearUp(installation.DataDirectory);
            }

            BackupDue due = await foundation.Operator().Ask(Next(), ct);
            if (!due.IsDue)
            {
                return;
            }

            Backup made = await new BaseBackup(
                installation, foundation.Clock, why => log.LogWarning("{Words}", words["backup.cli.untidy", why]))
                .Take(request: due.Request, ct: ct);
            _said = null;
            log.LogInformation("Backup made: {Directory}", made.Directory);
            if (due.Prove)
            {
                DrillReport report = await new RestoreDrill(installation, installation.DataDirectory, foundation.Clock).Run(made, ct);
                foreach (Refusal fault in report.Faults)
                {
                    log.LogError("{Backup}: {Words}", made.Name, words.Of(fault));
                }
            }
        }
        catch (RefusedException refused) when (FundSession.IsAway(refused.Refusal) || refused.Refusal.Code == BackupRefusal.Busy)
        {
            // It comes back, or ends; the next look is soon.
        }
        catch (RefusedException refused)
        {
            Say(words.Of(refused.Refusal));
        }
        catch (Exception failed) when (!ct.IsCancellationRequested)
        {
            Say(failed.Message);
        }
    }

    // Settings and places that cannot be read are told by the backup that fails for them, in its time.
    private NextBackup Next()
    {
        try
        {
            return new NextBackup(BackupSettings.In(installation.DataDirectory), BackupShelf.NeedsNew(installation));
        }
        catch (Exception failed) when (failed is RefusedException or IOException or UnauthorizedAccessException)
        {
            return new NextBackup(new BackupSettings());
        }
    }

    private void Say(string why)
    {
        if (_said != why)
        {
            _said = why;
            log.LogError("{Words}", why);
        }
    }
}
