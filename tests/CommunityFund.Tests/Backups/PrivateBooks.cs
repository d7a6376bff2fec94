using System.Diagnostics;
using CommunityFund.Backups;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Tests.House;
using Npgsql;

namespace CommunityFund.Tests.Backups;

/// <summary>A small charity in an installation of its own, as <c>./run</c> makes it, with a directory for each test's backups.</summary>
public sealed class PrivateBooks : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fund-backup-").FullName;
    private readonly CancellationTokenSource _over = new();
    private Task _streaming = Task.CompletedTask;
    private int _places;

    public string Data => Path.Combine(_directory, "data");

    public Installation Installation { get; private set; } = null!;

    public TestBody Body { get; private set; } = null!;

    internal BaseBackup Maker => new(Installation, Body.Clock);

    internal RestoreDrill Drill => new(Installation, Data, Body.Clock);

    public async ValueTask InitializeAsync()
    {
        File.SetUnixFileMode(
            _directory, File.GetUnixFileMode(_directory) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(Data);
        await File.WriteAllBytesAsync(LogKey.PathIn(Data), TestBody.LogKey);
        Installation = await Installation.Start(null, null, Data);
        await Installation.Migrate();
        await TestBody.SetUp(Installation.Books);
        Body = TestBody.On(new LocalConnections(Installation.Books, Installation.Owner, ""), () => Task.CompletedTask);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _streaming;
        await Body.DisposeAsync();
        await Installation.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>From now on changes follow the backups that lie in the installation's own place.</summary>
    public void Stream()
    {
        if (_streaming.IsCompleted)
        {
            _streaming = Task.Run(() => new WalStream(Installation).Run(
                Words.From([typeof(Words).Assembly]), said => TestContext.Current.SendDiagnosticMessage(said), _over.Token));
        }
    }

    /// <summary>A place for backups that nobody else uses.</summary>
    public string Place() => Path.Combine(_directory, $"place-{Interlocked.Increment(ref _places)}");

    public async Task<long> Entries() => (await LogHead.Read(Installation.Owner, CancellationToken.None)).Single().Entries;

    public Task<long> Gift() => Body.Gift(TestBody.Community, 100, Restriction.Unrestricted);

    public async Task<string> Superuser(string statement)
    {
        await using NpgsqlConnection connection = new(Installation.Local!.Maintenance);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(statement, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The command line as a process of its own.</summary>
    public Process Fund(params string[] arguments)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string program = Path.Combine(SourceTree.Root, "src", "CommunityFund.Cli", "bin", configuration, "net10.0", "fund.dll");
        ProcessStartInfo start = new("dotnet", ["exec", program, .. arguments, "--data", Data])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LANG"] = "en";
        start.Environment.Remove("ConnectionStrings__Books");
        return Process.Start(start)!;
    }
}
