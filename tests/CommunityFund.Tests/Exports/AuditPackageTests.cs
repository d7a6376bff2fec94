using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Periods;
using CommunityFund.Tests.Statements;
using CommunityFund.Verification;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Exports;

/// <summary>What a finance office takes away in one file, and the packages of closed months that the site makes by itself.</summary>
public sealed class AuditPackageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fund-package-").FullName;

    public AuditPackageTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_package_has_every_part_with_its_hash_and_its_workbook_proves_itself()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        Enclosure photo = await EnclosingTests.Upload(body, Samples.Png(7), "收据 三月 矿泉水.png");
        await body.Review(await EnclosingTests.Prepare(body, 20, photo));
        await body.Review(await EnclosingTests.Prepare(body, 30,
            (await EnclosingTests.Upload(body, Samples.Png(7), "同一张.png")) with { Shared = true }));
        await body.Review(await EnclosingTests.Prepare(body, 10, await body.Paper(3)));
        using ZipArchive zip = await Package(body);
        string[] names = [.. zip.Entries.Select(entry => entry.FullName)];
        string paper = names.Single(name => name.StartsWith("documents/2026-03_记-", StringComparison.Ordinal));
        paper.ShouldEndWith("_1_收据三月矿泉水.png");
        names.ShouldBeSubsetOf(
        [
            "test-2026-03-31.xlsx", "hledger/test-2026-03-31.journal", "csv/test-2026-03-31-csv.zip", "pdf/x.pdf", paper, "documents/index.csv", "verify.html",
            "请先看.txt", AuditPackage.Sums, .. names.Where(name => name.StartsWith("pdf/", StringComparison.Ordinal)),
        ]);
        names.Count(name => name.StartsWith("pdf/", StringComparison.Ordinal)).ShouldBeGreaterThan(5);

        // As sha256sum -c reads it: every part but the list itself, and each as it is.
        string[] sums = Text(zip, AuditPackage.Sums).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        sums.Select(line => line[66..]).ShouldBe(names.Where(name => name != AuditPackage.Sums), ignoreOrder: true);
        sums.ShouldAllBe(line => line == $"{Convert.ToHexStringLower(SHA256.HashData(Bytes(zip, line.Substring(66))))}  {line.Substring(66)}");

        byte[] workbook = Bytes(zip, "test-2026-03-31.xlsx");
        VerifyReport report = VerifyWorkbook.Run(() => new MemoryStream(workbook, writable: false), StatementBooks.Words);
        report.Findings.ShouldBeEmpty();
        report.Checkpoint!.Size.ShouldBe(report.Entries, "the log is sealed before the package is made");

        string[] index = Text(zip, "documents/index.csv").Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        index.Length.ShouldBe(1 + 3);
        index.Count(row => row.StartsWith(paper, StringComparison.Ordinal)).ShouldBe(2, "a paper that proves two vouchers is one file");
        index.Count(row => row.StartsWith(',')).ShouldBe(1, "an original on paper is in the index only");
        Convert.ToHexStringLower(SHA256.HashData(Bytes(zip, paper))).ShouldBe(photo.Sha256);
        Text(zip, "hledger/test-2026-03-31.journal").ShouldContain("commodity 1000.00 CNY");
        using ZipArchive tables = new(new MemoryStream(Bytes(zip, "csv/test-2026-03-31-csv.zip")), ZipArchiveMode.Read);
        tables.GetEntry("posting.csv").ShouldNotBeNull();
        tables.Entries.ShouldNotContain(entry => entry.FullName.StartsWith("documents/", StringComparison.Ordinal));
        Text(zip, "请先看.txt").ShouldContain("verify.html");
    }

    [Fact]
    public async Task Where_no_browser_prints_the_package_is_whole_but_for_its_pdfs_and_says_so()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        using ZipArchive zip = await Package(body, (_, _) => throw new RefusedException(PdfPress.NoBrowser));
        zip.Entries.ShouldNotContain(entry => entry.FullName.StartsWith("pdf/", StringComparison.Ordinal));
        zip.GetEntry("test-2026-03-31.xlsx").ShouldNotBeNull();
        Text(zip, "请先看.txt").ShouldContain("没有生成的 PDF");
    }

    [Fact]
    public async Task The_site_makes_the_package_of_each_of_the_last_closed_months_once_and_its_download_is_logged_with_its_hash()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        body.Clock.Now = Instant.FromUtc(2026, 6, 10, 2, 0);
        await body.Close(202601, 202602, 202603, 202604);
        MonthShelf shelf = new(_directory, StatementBooks.Words, press: null);
        List<int?> made = [];
        do
        {
            made.Add(await shelf.MakeNext(body.Operator, TestContext.Current.CancellationToken));
        }
        while (made[^1] is not null);
        made.ShouldBe([202604, 202603, 202602, null]);
        shelf.Find(body.Operator.Book, 202601).ShouldBeNull();
        MonthPackage march = shelf.Find(body.Operator.Book, 202603)!;
        march.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(march.Path))));
        shelf.ProgressOf(body.Operator.Book, 202603).ShouldBeNull();

        await body.FinanceOfficer.Download(new FetchMonth(202603, march.Sha256));
        await using FundDb db = body.Db();
        (await db.Database.SqlQuery<string>($"""select input::text as "Value" from command_log where name like '%FetchMonth' """).SingleAsync())
            .ShouldContain(march.Sha256);

        // With the next close the oldest goes.
        await body.Close(202605);
        (await shelf.MakeNext(body.Operator, TestContext.Current.CancellationToken)).ShouldBe(202605);
        (await shelf.MakeNext(body.Operator, TestContext.Current.CancellationToken)).ShouldBeNull();
        shelf.Find(body.Operator.Book, 202602).ShouldBeNull();
        Directory.GetFiles(Path.GetDirectoryName(march.Path)!).Length.ShouldBe(MonthShelf.Kept);
    }

    /// <summary>A program that is killed leaves the half-written file, or the whole one without the hash in its name.</summary>
    [Fact]
    public async Task What_a_kill_left_of_a_package_is_neither_offered_nor_kept_and_the_next_round_makes_it()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        await body.Close(202601);
        string of = Directory.CreateDirectory(Path.Combine(_directory, "packages", "1")).FullName;
        foreach (string left in new[] { ".202601.zip.part", "202601.zip" })
        {
            await File.WriteAllTextAsync(Path.Combine(of, left), "half");
        }

        MonthShelf shelf = new(_directory, StatementBooks.Words, press: null);
        shelf.Find(body.Operator.Book, 202601).ShouldBeNull();
        (await shelf.MakeNext(body.Operator, TestContext.Current.CancellationToken)).ShouldBe(202601);
        (await shelf.MakeNext(body.Operator, TestContext.Current.CancellationToken)).ShouldBeNull();
        Directory.GetFiles(of).ShouldBe([shelf.Find(body.Operator.Book, 202601)!.Path]);
    }

    [Fact]
    public async Task Only_those_who_verify_all_books_are_told_of_a_package()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        (await body.FinanceOfficer.Ask(new PackageForMe())).ShouldBeNull();
        await body.Close(202601);
        (await body.FinanceOfficer.Ask(new PackageForMe()))!.Period.ShouldBe(202601);
        (await body.Reviewer.Ask(new PackageForMe())).ShouldBeNull();
    }

    private static async Task<ZipArchive> Package(TestBody body, Func<PaperSheet, CancellationToken, Task<byte[]>>? print = null)
    {
        LocalDate day = new(2026, 3, 31);
        await body.FinanceOfficer.Run(new StartExport(TestBody.Key, ExportFormat.Package, day));
        MemoryStream file = new();
        await body.FinanceOfficer.Ask(new ExportBook(ExportFormat.Package, day)
        {
            To = new ExportTarget(() => file, StatementBooks.Words) { Print = print ?? ((paper, _) => Task.FromResult(Encoding.UTF8.GetBytes(paper.Title))) },
        });
        return new ZipArchive(new MemoryStream(file.ToArray()), ZipArchiveMode.Read);
    }

    private static byte[] Bytes(ZipArchive zip, string name)
    {
        using Stream part = zip.GetEntry(name)!.Open();
        using MemoryStream bytes = new();
        part.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string Text(ZipArchive zip, string name) => Encoding.UTF8.GetString(Bytes(zip, name)).TrimStart('\ufeff');
}
