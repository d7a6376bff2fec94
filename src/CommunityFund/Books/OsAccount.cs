using System.Diagnostics;

namespace CommunityFund.Books;

/// <summary>
/// The account that runs PostgreSQL's programs. PostgreSQL refuses to run as root, so root steps down
/// to the owner of the cluster, which is the account <c>postgres</c> for a new one.
/// </summary>
internal sealed class OsAccount
{
    private readonly string? name;
    private readonly string[] stepDown;

    private OsAccount(string? name, params string[] stepDown) => (this.name, this.stepDown) = (name, stepDown);

    /// <summary>How a program ended, and what it said.</summary>
    public sealed record Outcome(int ExitCode, string Output)
    {
        public bool Succeeded => ExitCode == 0;
    }

    /// <summary>This process's own account.</summary>
    public static OsAccount Own { get; } = new(null);

    public string Name => name ?? Environment.UserName;

    public bool SteppedDown => name is not null;

    public static async Task<OsAccount> For(string cluster, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Own;
        }
        var account = "postgres";
        if (Directory.Exists(cluster))
        {
            var owner = (await Own.Run("stat", ["-L", "-c", "%U", cluster], ct)).Output.Trim();
            account = owner is "root" or "UNKNOWN" or "" ? account : owner;
        }
        var user = await Own.Run("id", ["-u", account], ct);
        var group = await Own.Run("id", ["-g", account], ct);
        if (!user.Succeeded || !group.Succeeded)
        {
            throw new LocalPostgresException(
                $"本机没有系统账户 {account}，而 PostgreSQL 不能以 root 运行。请执行 apt-get install postgresql-15，或改用普通账户启动。",
                $"There is no account {account} on this machine and PostgreSQL does not run as root. "
                + "Run: apt-get install postgresql-15, or start this program from an ordinary account.");
        }
        return new(
            account, "setpriv", $"--reuid={user.Output.Trim()}", $"--regid={group.Output.Trim()}", "--init-groups", "--");
    }

    public async Task<bool> Reaches(string directory, CancellationToken ct) =>
        (await Run("test", ["-x", directory], ct)).Succeeded;

    /// <summary>Makes the account the owner of what this process has just made for it.</summary>
    public Task Give(string path, CancellationToken ct) => Give([path], ct);

    /// <summary>The same for a directory and all that is in it.</summary>
    public Task GiveAll(string path, CancellationToken ct) => Give(["-R", path], ct);

    private async Task Give(string[] what, CancellationToken ct)
    {
        if (name is null)
        {
            return;
        }
        var path = what[^1];
        var given = await Own.Run("chown", [$"{name}:", .. what], ct);
        if (!given.Succeeded)
        {
            throw new LocalPostgresException(
                $"无法把 {path} 交给账户 {name}。请用 --data 换一个本机磁盘上的目录。",
                $"{path} cannot be given to the account {name}. Choose a directory on a local disk with --data.",
                given.Output);
        }
    }

    /// <summary>Runs a program to its end. Cancelling kills it, so that nothing goes on writing behind our back.</summary>
    public async Task<Outcome> Run(string program, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        using var process = Process.Start(Start(program, arguments)) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await End(process, () => process.WaitForExitAsync(ct));
        return new(process.ExitCode, await output + await errors);
    }

    /// <summary>The same for a program whose output is bytes, which go to the stream as they come.</summary>
    /// <param name="password">For PostgreSQL's own programs: by the environment, which others cannot read.</param>
    public async Task<Outcome> Pipe(
        string program, IReadOnlyList<string> arguments, string password, Stream to, CancellationToken ct)
    {
        var start = Start(program, arguments);
        start.Environment["PGPASSWORD"] = password;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await End(process, async () =>
        {
            await process.StandardOutput.BaseStream.CopyToAsync(to, ct);
            await process.WaitForExitAsync(ct);
        });
        return new(process.ExitCode, await errors);
    }

    private ProcessStartInfo Start(string program, IReadOnlyList<string> arguments)
    {
        string[] words = [.. stepDown, program, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(variable);
        }
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static async Task End(Process process, Func<Task> ended)
    {
        try
        {
            await ended();
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }
}
