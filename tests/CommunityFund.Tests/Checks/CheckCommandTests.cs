using System.Diagnostics;
using CommunityFund.Tests.House;

namespace CommunityFund.Tests.Checks;

/// <summary><c>fund check</c> as an operator or a timer runs it: a process of its own.</summary>
public sealed class CheckCommandTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("fund-check-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task It_ends_with_0_on_clean_books_and_with_1_on_the_first_fault_and_says_it()
    {
        await using TestBody body = await CheckedBody.New();
        await File.WriteAllBytesAsync(Path.Combine(_data, "log.key"), TestBody.LogKey);
        (int code, string said) = await Fund(body, "zh_CN.UTF-8", "check");
        code.ShouldBe(0, said);
        said.ShouldContain("测试慈善会");
        said.ShouldContain("全部通过");
        said.ShouldContain("分录 5 笔、10 行");

        await CheckedBody.Plant(body, "update fund_position set net = net + 100000 where fund_id = 3");
        (code, said) = await Fund(body, "en_GB.UTF-8", "check", "--book", "test");
        code.ShouldBe(1, said);
        said.ShouldContain("fund “C01 幸福里社区基金”: the position is");
        said.ShouldContain("5 entries with 10 lines");
    }

    [Fact]
    public async Task It_ends_with_2_where_it_cannot_run_and_makes_nothing()
    {
        (int code, string said) = await Fund(null, "en", "check");
        code.ShouldBe(2, said);
        said.ShouldContain("There are no books in");
        Directory.EnumerateFileSystemEntries(_data).ShouldBeEmpty();

        await using TestBody body = await CheckedBody.New();
        await File.WriteAllBytesAsync(Path.Combine(_data, "log.key"), TestBody.LogKey);
        (code, said) = await Fund(body, "en", "check", "--book", "nobody");
        code.ShouldBe(2, said);
        said.ShouldContain("There is no book nobody");
    }

    [Fact]
    public async Task A_lost_or_short_key_of_the_log_is_refused_in_words()
    {
        await using TestBody body = await CheckedBody.New();
        (int code, string said) = await Fund(body, "en", "check");
        code.ShouldBe(2, said);
        said.ShouldContain("log.key");
        said.ShouldContain("Restore it from a backup");
        said.ShouldContain("不见了");
        File.Exists(Path.Combine(_data, "log.key")).ShouldBeFalse();

        await File.WriteAllBytesAsync(Path.Combine(_data, "log.key"), new byte[31]);
        (code, said) = await Fund(body, "en", "check");
        code.ShouldBe(2, said);
        said.ShouldContain("holds 31");
    }

    private async Task<(int Code, string Said)> Fund(TestBody? body, string language, params string[] arguments)
    {
        string program = Path.Combine(SourceTree.Root, "src", "CommunityFund.Cli", "bin", Configuration, "net10.0", "fund.dll");
        ProcessStartInfo start = new("dotnet", ["exec", program, .. arguments, "--data", _data])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LANG"] = language;
        start.Environment.Remove("ConnectionStrings__Books");
        if (body is not null)
        {
            start.Environment["ConnectionStrings__Books"] = body.Connections.Books;
            start.Environment["ConnectionStrings__BooksOwner"] = body.Connections.Owner;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    // The tests lie in bin/<configuration>/net10.0, as the program does.
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
}
