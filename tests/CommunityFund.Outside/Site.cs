using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;

namespace CommunityFund.Outside;

/// <summary>
/// The site as it is built, in a process of its own, with its own PostgreSQL and the demo foundation. It can be killed like
/// any other process, and so can its PostgreSQL.
/// </summary>
public sealed class Site : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);
    private static readonly string Repository = FindRepository();

    private readonly string _directory;
    private Process? _process;

    private Site(string directory, int port) =>
        (_directory, Address) = (directory, new Uri($"http://127.0.0.1:{port}"));

    public Uri Address { get; }

    /// <summary>Its data directory.</summary>
    public string Data => Path.Combine(_directory, "data");

    /// <summary>What it and its PostgreSQL wrote.</summary>
    public string Log => Path.Combine(_directory, "site.log");

    /// <summary>A directory beside the data for what the checker itself keeps.</summary>
    public string Beside => _directory;

    /// <summary>A running site on data of its own, copied from one that was filled once.</summary>
    public static async Task<Site> New()
    {
        Site site = Unfilled();
        await Run("cp", "-a", await Filled.Data, site.Data);
        await site.Start();
        return site;
    }

    /// <summary>A site without data, which it makes when it starts.</summary>
    internal static Site Unfilled()
    {
        string directory = Directory.CreateTempSubdirectory("communityfund-outside-").FullName;

        // PostgreSQL's account must be able to pass through.
        File.SetUnixFileMode(
            directory, File.GetUnixFileMode(directory) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return new Site(directory, FreePort());
    }

    /// <summary>Starts the process and waits until it answers.</summary>
    public async Task Start()
    {
        string program = Path.Combine(Repository, "src/CommunityFund.Web/bin/Release/net10.0/CommunityFund.Web.dll");
        File.Exists(program).ShouldBeTrue($"the site must be built first: {program}");
        ProcessStartInfo start = new("sh", ["-c", "exec dotnet \"$1\" --data \"$2\" --url \"$3\" >>\"$4\" 2>&1 </dev/null", "sh",
            program, Data, Address.ToString(), Log]);
        start.Environment["ASPNETCORE_CONTENTROOT"] = Path.Combine(Repository, "src/CommunityFund.Web");
        foreach (string elsewhere in new[] { "ConnectionStrings__Books", "ConnectionStrings__BooksOwner", "ASPNETCORE_URLS" })
        {
            start.Environment.Remove(elsewhere);
        }

        _process = Process.Start(start)!;
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
        await Until(async () =>
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The site ended with {_process.ExitCode}:\n{Said()}");
            }

            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri(Address, "/People/SignIn"));
                return answer.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>kill -9 of the site; its PostgreSQL stays.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>kill -9 of PostgreSQL's first process.</summary>
    public void KillPostmaster() => KillProcess(Postmaster);

    /// <summary>kill -9 of one that works for the site, which PostgreSQL answers by throwing everybody out.</summary>
    public async Task KillBackend()
    {
        int victim = 0;
        await Until(async () =>
        {
            await using NpgsqlConnection reader = await Open("postgres");
            await using NpgsqlCommand ask = new(
                """
                select pid from pg_stat_activity where usename = 'communityfund_app' order by xact_start nulls last, pid limit 1
                """, reader);
            return (victim = (int?)await ask.ExecuteScalarAsync() ?? 0) != 0;
        });
        KillProcess(victim);
    }

    /// <summary>Somebody's way into the database past the site, by the password the site keeps in its data directory.</summary>
    public async Task<NpgsqlConnection> Open(string role)
    {
        using JsonDocument secrets = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Data, "secrets.json")));
        NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder
        {
            Host = File.ReadLines(Path.Combine(Data, "pg", "postmaster.pid")).ElementAt(4),
            Port = 5432,
            Database = "communityfund",
            Username = role,
            Password = secrets.RootElement.GetProperty(role).GetString(),
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Pooling = false,
            CommandTimeout = 120,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>The demo's password of a user.</summary>
    public string PasswordOf(string user) => File.ReadLines(Path.Combine(Data, "demo-passwords.txt"))
        .Select(line => line.Split('\t')).Single(parts => parts[0] == user)[1];

    /// <summary>Asks the site to stop, which stops its PostgreSQL.</summary>
    public async Task Stop()
    {
        if (_process is { HasExited: false } running)
        {
            await Run("kill", "-TERM", running.Id.ToString(CultureInfo.InvariantCulture));
            using CancellationTokenSource late = new(Patience);
            await running.WaitForExitAsync(late.Token);
        }

        _process?.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        if (File.Exists(Path.Combine(Data, "pg", "postmaster.pid")))
        {
            throw new InvalidOperationException($"The site left its PostgreSQL behind:\n{Said()}");
        }

        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The faults that the site wrote down, and the end of what it wrote.</summary>
    public string Said()
    {
        if (!File.Exists(Log))
        {
            return "";
        }

        // A fault is followed by where it came from, further in.
        List<string> told = [.. File.ReadLines(Log)], faults = [];
        for (int at = told.FindIndex(IsFault); at >= 0; at = told.FindIndex(at + 1, IsFault))
        {
            faults.AddRange(told.Skip(at).TakeWhile((line, place) => place == 0 || line.StartsWith(' ')).Take(60));
        }

        return string.Join('\n', [.. faults.Take(200), "...", .. told.TakeLast(40)]);

        static bool IsFault(string line) => line.StartsWith("fail:", StringComparison.Ordinal);
    }

    /// <summary>Waits for something that will come, with a patience no loaded machine exhausts.</summary>
    public static async Task Until(Func<Task<bool>> reached)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!await reached())
        {
            waited.Elapsed.ShouldBeLessThan(Patience);
            await Task.Delay(50);
        }
    }

    private int Postmaster =>
        int.Parse(File.ReadLines(Path.Combine(Data, "pg", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private static void KillProcess(int id)
    {
        try
        {
            using Process victim = Process.GetProcessById(id);
            victim.ProcessName.ShouldStartWith("postgres");
            victim.Kill();
        }
        catch (ArgumentException)
        {
            // It has just gone by itself.
        }
    }

    // Below the ports that the system gives to callers, so that nobody takes it while the site is dead.
    private static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(20000, 32000);
            try
            {
                using TcpListener probe = new(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; another.
            }
        }
    }

    private static async Task Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}");
    }

    private static string FindRepository()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "CommunityFund.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new InvalidOperationException("CommunityFund.sln was not found above the tests.");
    }
}
