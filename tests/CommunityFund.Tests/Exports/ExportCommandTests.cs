using System.Diagnostics;
using CommunityFund.Ledger;
using CommunityFund.Tests.House;
using Npgsql;

namespace CommunityFund.Tests.Exports;

/// <summary><c>fund export</c> as an operator runs it: a process of its own, which may be stopped or killed.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("fund-export-").FullName;

    public ExportCommandTests() => File.WriteAllBytes(Path.Combine(_data, "log.key"), TestBody.LogKey);

    private string Out => Path.Combine(_data, "out");

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task It_writes_one_file_under_a_name_that_says_what_it_is()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        (int code, string said) = await End(Fund(body, "hledger", Out + Path.DirectorySeparatorChar, "--as-of", "2026-03-31"));
        code.ShouldBe(0, said);
        said.ShouldContain("测试慈善会");
        Directory.GetFiles(Out).Select(Path.GetFileName).ShouldBe(["test-2026-03-31.journal"]);

        (code, said) = await End(Fund(body, "pdf", Out));
        code.ShouldBe(2, said);
        said.ShouldContain("hledger");
        (code, said) = await End(Fund(body, "csv", Out, "--as-of", "2026-13-01"));
        code.ShouldBe(2, said);
    }

    [Theory]
    [InlineData("TERM", 1)]
    [InlineData("KILL", 137)]
    public async Task Stopped_or_killed_it_leaves_no_file_under_the_name(string signal, int ends)
    {
        await using TestBody body = await TestBody.New();
        Directory.CreateDirectory(Out);
        string file = Path.Combine(Out, "books.xlsx"), half = Path.Combine(Out, ".books.xlsx.part");
        await using NpgsqlConnection owner = new(new NpgsqlConnectionStringBuilder(body.Connections.Owner) { Pooling = false }.ConnectionString);
        await owner.OpenAsync(TestContext.Current.CancellationToken);
        await using (NpgsqlCommand hold = new("begin; lock table narrative in access exclusive mode", owner))
        {
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        using Process process = Fund(body, "workbook", file);
        for (int tries = 0; !File.Exists(half); tries++)
        {
            tries.ShouldBeLessThan(1200, "it should have begun within a minute");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await ExportNotation.Program("kill", $"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        (int code, string said) = await End(process);
        code.ShouldBe(ends, said);
        File.Exists(file).ShouldBeFalse();
        File.Exists(half).ShouldBe(signal == "KILL", "only a kill leaves the hidden half, which is nobody's file");
    }

    private static async Task<(int Code, string Said)> End(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    private Process Fund(TestBody body, string format, string into, params string[] more)
    {
        string program = Path.Combine(SourceTree.Root, "src", "CommunityFund.Cli", "bin",
            new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "fund.dll");
        ProcessStartInfo start = new("dotnet",
            ["exec", program, "export", "--book", "test", "--format", format, "--out", into, "--data", _data, .. more])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LANG"] = "zh_CN.UTF-8";
        start.Environment["ConnectionStrings__Books"] = body.Connections.Books;
        start.Environment["ConnectionStrings__BooksOwner"] = body.Connections.Owner;
        return Process.Start(start)!;
    }
}
