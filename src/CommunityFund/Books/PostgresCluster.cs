using System.Globalization;

namespace CommunityFund.Books;

/// <summary>One directory of PostgreSQL's, and the server that runs on it: made, started, asked after, stopped.</summary>
internal sealed class PostgresCluster(PostgresBinaries binaries, PostgresPlace place, LocalPostgresOptions options)
{
    public const string Superuser = "postgres";
    private const string Settings = "communityfund.conf";
    private const long LongestLogBytes = 20_000_000;

    private string PidFile => Path.Combine(place.Cluster, "postmaster.pid");

    private string Log => options.LogPath is { } path ? Path.GetFullPath(path) : place.Log;

    private static bool SeesProcesses => System.IO.Directory.Exists("/proc/self");

    public string Directory => place.Cluster;

    /// <summary>The programs that fit this cluster, and the account that may run them on it.</summary>
    public PostgresBinaries Binaries => binaries;

    public OsAccount Account => place.Account;

    public bool Exists => File.Exists(Path.Combine(place.Cluster, "PG_VERSION"));

    public async Task Make(string password, CancellationToken ct)
    {
        var failure = await Make(password, "C.UTF-8", ct);
        if (failure is not null)
        {
            failure = await Make(password, "C", ct);
        }
        if (failure is not null)
        {
            throw new LocalPostgresException(
                $"无法在 {place.Cluster} 建立账簿。请检查磁盘空间和目录权限。PostgreSQL 的说明如下：",
                $"The books cannot be made in {place.Cluster}. Check disk space and permissions. PostgreSQL says:",
                failure);
        }
        await File.AppendAllTextAsync(Path.Combine(place.Unfinished, "postgresql.conf"), $"\ninclude '{Settings}'\n", ct);
        place.Finish();
    }

    /// <summary>Whether a server runs here. A dead server's file may name a number that now is another process.</summary>
    public async Task<bool> Runs(CancellationToken ct) =>
        Exists
        && (await place.Account.Run(binaries.PgCtl, ["status", "-D", place.Cluster], ct)).Succeeded
        && await AnyoneWorksThere(ct);

    /// <summary>
    /// Whether the process that the server's file names works where that file lies: cheap enough to ask every second. A
    /// server that was killed has left its file; a process that its parent has not yet buried works nowhere.
    /// </summary>
    public bool SeemsAlive()
    {
        try
        {
            var file = File.ReadAllText(PidFile);
            var process = file.Split('\n')[0];
            return !SeesProcesses
                || string.Equals(file, File.ReadAllText($"/proc/{process}/cwd/postmaster.pid"), StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <param name="socket">Where programs already look for the server; null at its first start.</param>
    public async Task Start(string? socket, CancellationToken ct)
    {
        socket = await place.Socket(socket, ct);
        await ClearAfterCrash(socket, ct);
        await WriteSettings(socket, ct);
        if (File.Exists(Log) && new FileInfo(Log).Length > LongestLogBytes)
        {
            File.Move(Log, Log + ".1", overwrite: true);
        }
        await File.AppendAllTextAsync(Log, "", ct);
        await place.Account.Give(Log, ct);

        // Not cancelled half way: a server that starts behind our back would be nobody's to stop.
        string[] command = ["start", "-w", "-t", "600", "-s", "-D", place.Cluster, "-l", Log];
        var started = await place.Account.Run(binaries.PgCtl, command, CancellationToken.None);
        if (!started.Succeeded)
        {
            place.Forget(socket);
            var said = (await File.ReadAllLinesAsync(Log, CancellationToken.None)).TakeLast(8);
            throw new LocalPostgresException(
                $"PostgreSQL 没有启动。完整记录在 {Log}，最后几行是：",
                $"PostgreSQL did not start. The whole log is in {Log}; its last lines are:",
                string.Join('\n', said.Prepend(started.Output.Trim())));
        }
    }

    public async Task Stop()
    {
        var socket = await SocketDirectory(CancellationToken.None);
        string[] command = ["stop", "-w", "-t", "120", "-s", "-m", "fast", "-D", place.Cluster];
        var stopped = await place.Account.Run(binaries.PgCtl, command, CancellationToken.None);
        if (!stopped.Succeeded && await Runs(CancellationToken.None))
        {
            throw new LocalPostgresException("PostgreSQL 没有停下来。", "PostgreSQL did not stop.", stopped.Output);
        }
        place.Forget(socket);
    }

    /// <summary>Where the running server listens: it writes that in the fifth line of its own file.</summary>
    public async Task<string> SocketDirectory(CancellationToken ct) =>
        File.Exists(PidFile) && await File.ReadAllLinesAsync(PidFile, ct) is { Length: > 4 } lines
            ? lines[4]
            : Path.Combine(Path.GetDirectoryName(place.Cluster)!, "socket");

    private async Task<string?> Make(string password, string locale, CancellationToken ct)
    {
        var directory = await place.Clear(ct);
        var passwordFile = directory + ".password";
        try
        {
            LocalFiles.WritePrivate(passwordFile, password + "\n");
            await place.Account.Give(passwordFile, ct);
            string[] command =
            [
                "-D", directory, "--username", Superuser, $"--pwfile={passwordFile}", "--auth=scram-sha-256", "--data-checksums",
                "--encoding=UTF8", $"--locale={locale}", "--lc-messages=C",
                .. options.Durable ? Array.Empty<string>() : ["--no-sync"],
            ];
            var made = await place.Account.Run(binaries.Initdb, command, ct);
            return made.Succeeded ? null : made.Output;
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    /// <summary>
    /// After a kill the server's own children need a moment to leave. Once nobody works in the directory, left-over files
    /// protect nothing, and their number may by now be another process's, or still be that of the dead one whom its parent
    /// has not yet buried: at either PostgreSQL would refuse to start. While somebody does work there, no file is needed to
    /// know that a second server would ruin the books.
    /// </summary>
    private async Task ClearAfterCrash(string socket, CancellationToken ct)
    {
        for (var attempt = 0; await AnyoneWorksThere(ct); attempt++)
        {
            if (!SeesProcesses && !File.Exists(PidFile))
            {
                return;
            }
            if (attempt == 100)
            {
                throw new LocalPostgresException(
                    $"上一次的 PostgreSQL 还有进程停留在 {place.Cluster}。请重新启动电脑后再试。",
                    $"Processes of an earlier PostgreSQL are still at work in {place.Cluster}. "
                    + "Restart the machine and try again.");
            }
            await Task.Delay(200, ct);
        }
        File.Delete(PidFile);
        File.Delete(Path.Combine(socket, ".s.PGSQL.5432.lock"));
    }

    // Every process of a server works in its directory. Where there is no /proc to ask, the answer is yes, which is the safe one.
    private async Task<bool> AnyoneWorksThere(CancellationToken ct)
    {
        const string ask = """
            [ -e /proc/self/cwd ] || exit 0
            for process in /proc/[0-9]*; do
              if [ "$process/cwd" -ef "$1" ] && read -r name < "$process/comm" && [ "$name" = postgres ]; then exit 0; fi
            done
            exit 1
            """;
        return (await place.Account.Run("sh", ["-c", ask, "sh", place.Cluster], ct)).ExitCode != 1;
    }

    private async Task WriteSettings(string socket, CancellationToken ct)
    {
        var durable = options.Durable ? "on" : "off";
        var quoted = socket.Replace("'", "''", StringComparison.Ordinal);
        var settings = string.Create(CultureInfo.InvariantCulture, $"""
            # Written at each start; put your own settings in postgresql.conf, below the include.
            listen_addresses = ''
            port = 5432
            unix_socket_directories = '"{quoted}"'
            unix_socket_permissions = 0700
            ssl = off
            password_encryption = 'scram-sha-256'
            max_connections = 100
            shared_buffers = '128MB'
            fsync = {durable}
            synchronous_commit = {durable}
            full_page_writes = {durable}
            timezone = 'UTC'
            log_timezone = 'UTC'
            lc_messages = 'C'
            log_line_prefix = '%m [%p] %u@%d '
            jit = off
            log_checkpoints = off
            cluster_name = 'communityfund'
            max_slot_wal_keep_size = '2GB'

            """);
        var path = Path.Combine(place.Cluster, Settings);
        await File.WriteAllTextAsync(path, settings, ct);
        await place.Account.Give(path, ct);
    }
}
