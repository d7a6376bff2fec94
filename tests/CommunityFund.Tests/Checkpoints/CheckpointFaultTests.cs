using System.Diagnostics;
using CommunityFund.Checkpoints;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.Tests.Checks;
using CommunityFund.Tests.House;
using CommunityFund.Tests.Periods;
using NodaTime;

namespace CommunityFund.Tests.Checkpoints;

/// <summary>A superuser changes seals, or the entries under them, with every trigger off; the check names it. And the command line, which
/// lists them.</summary>
public sealed class CheckpointFaultTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("fund-checkpoint-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("a leaf under all seals", "update journal_entry set leaf = sha256('x') where entry_no = 1", "checkpoint.root leaf.differs")]
    [InlineData("a leaf under the last seal", "update journal_entry set leaf = sha256('x') where entry_no = 4", "checkpoint.root leaf.differs")]
    [InlineData("the order of leaves", """
        update journal_entry set entry_no = 99 where entry_no = 3; update journal_entry set entry_no = 3 where entry_no = 4;
        update journal_entry set entry_no = 4 where entry_no = 99
        """, "checkpoint.root leaf.differs")]
    [InlineData("a root", "update checkpoint set root = sha256('x') where size = 4", "checkpoint.root checkpoint.signature")]
    [InlineData("a signature", "update checkpoint set signature = sha256('x') || sha256('y') where size = 4", "checkpoint.signature")]
    [InlineData("a time", "update checkpoint set made_at = made_at + interval '1 day' where size = 4", "checkpoint.signature")]
    [InlineData("a time before the entries", "update checkpoint set made_at = made_at - interval '1 year' where size = 4",
        "checkpoint.signature checkpoint.time")]
    [InlineData("a size", "update checkpoint set size = 9 where size = 4", "checkpoint.beyond checkpoint.signature")]
    [InlineData("the hashes it goes on from", "update checkpoint set peaks = array[sha256('x')] where size = 2", "checkpoint.peaks")]
    [InlineData("whose book it is", "update book set code = 'tost'", "checkpoint.signature leaf.differs")]
    [InlineData("a key that is gone", "delete from checkpoint_key", "checkpoint.key-missing")]
    [InlineData("a key", "alter table checkpoint_key drop constraint checkpoint_key_fingerprint; update checkpoint_key set public_key = 'x'",
        "checkpoint.key schema.missing")]
    [InlineData("a close without its seal", "delete from closing_checkpoint where period = 202602", "checkpoint.close-missing")]
    [InlineData("a close with a seal that is not there", "update closing_checkpoint set size = 1 where period = 202602", "checkpoint.close-beyond")]
    [InlineData("a close before its entries", "update journal_entry set period = 202602, occurred_on = '2026-02-03' where entry_no = 4",
        "checkpoint.close-beyond")]
    [InlineData("a seal of an open month", "insert into closing_checkpoint values (1, 202603, 4)", "checkpoint.close-beyond")]
    public async Task What_was_changed_is_named(string what, string sql, string codes)
    {
        await using TestBody body = await Sealed();
        await CheckedBody.Plant(body, sql);
        CheckReport report = await CheckedBody.Check(body);
        string[] must = codes.Split(' ');
        string found = string.Join(' ', report.Checks.SelectMany(check => check.Faults).Select(fault => fault.Code).Distinct()
            .Where(code => must.Contains(code) || code.StartsWith("checkpoint.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        found.ShouldBe(codes, $"{what}\n{string.Join('\n', CheckedBody.Said(report))}");
    }

    [Fact]
    public async Task The_first_seal_that_differs_says_among_which_entries_something_was_changed()
    {
        await using TestBody body = await Sealed();
        await CheckedBody.IsClean(body);
        await CheckedBody.Plant(body, "update journal_entry set leaf = sha256('x') where entry_no = 3");
        Fault fault = (await CheckedBody.Check(body)).Checks.Single(check => check.Key == "checkpoints").Faults.Single();
        (fault.Facts["from"], fault.Facts["size"]).ShouldBe((3L, 4L));
        CheckedBody.Said(await CheckedBody.Check(body)).Single(said => said.StartsWith("checkpoints", StringComparison.Ordinal))
            .ShouldContain("among entries 3 to 4");
    }

    [Fact]
    public async Task Tail_cut_off_with_all_that_hangs_on_it_is_seen_by_the_seal()
    {
        await using TestBody body = await Sealed();
        await CheckedBody.Plant(body, "delete from posting where entry_no = 4; delete from journal_entry where entry_no = 4");
        CheckReport report = await CheckedBody.Check(body);
        report.Checks.Single(check => check.Key == "checkpoints").Faults.Single().Code.ShouldBe("checkpoint.beyond");
    }

    [Fact]
    public async Task The_command_line_lists_seals_writes_one_and_gives_the_key()
    {
        await using TestBody body = await Sealed();
        await File.WriteAllBytesAsync(Path.Combine(_data, "log.key"), TestBody.LogKey);
        (int code, string said) = await Fund(body, "en", "checkpoint", "--book", "test");
        code.ShouldBe(0, said);
        said.ShouldContain("测试慈善会");
        said.ShouldContain("Signature holds");
        (code, string note) = await Fund(body, "en", "checkpoint", "--size", "4");
        code.ShouldBe(0, note);
        (code, string pem) = await Fund(body, "zh_CN.UTF-8", "key");
        code.ShouldBe(0, pem);
        pem.ShouldContain("公钥指纹");
        LogPublicKey.ReadPem(pem)!.Signed(SignedCheckpoint.Read(note)!).ShouldBeTrue();
        (code, said) = await Fund(body, "en", "checkpoint", "--size", "3");
        (code, said.Contains("was not sealed at 3 entries", StringComparison.Ordinal)).ShouldBe((2, true), said);
        await CheckedBody.Plant(body, "update checkpoint set signature = sha256('x') || sha256('y') where size = 4");
        (code, said) = await Fund(body, "zh_CN.UTF-8", "checkpoint");
        (code, said.Contains("签名无效", StringComparison.Ordinal)).ShouldBe((1, true), said);
    }

    /// <summary>January and February are closed at two entries, then two gifts and a seal between closes.</summary>
    private static async Task<TestBody> Sealed()
    {
        TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, new LocalDate(2026, 1, 20));
        await body.Close(202601);
        body.Clock.Now += Duration.FromHours(1);
        await body.Close(202602);
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        await body.Gift(TestBody.Community, 20, Restriction.Unrestricted);
        await body.FinanceOfficer.Run(new SealLog(TestBody.Key));
        return body;
    }

    private async Task<(int Code, string Said)> Fund(TestBody body, string language, params string[] arguments)
    {
        string program = Path.Combine(SourceTree.Root, "src", "CommunityFund.Cli", "bin", Configuration, "net10.0", "fund.dll");
        ProcessStartInfo start = new("dotnet", ["exec", program, .. arguments, "--data", _data])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LANG"] = language;
        start.Environment["ConnectionStrings__Books"] = body.Connections.Books;
        start.Environment["ConnectionStrings__BooksOwner"] = body.Connections.Owner;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    // The tests lie in bin/<configuration>/net10.0, as the program does.
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
}
