using System.Globalization;
using System.IO.Compression;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Tests;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Verification;

/// <summary>The page that proves a workbook, opened from disk as whoever got the package opens it: no site, no network.</summary>
public sealed class VerifyPageTests(Site site) : IClassFixture<Site>, IDisposable
{
    private static readonly Words Words = Words.From([typeof(Words).Assembly]);
    private static readonly string Page = FindPage();

    private readonly string _directory = Directory.CreateTempSubdirectory("verify-page-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1280, "zh-CN", "没有改动", "“序时账”第 2 行", "不能校验")]
    [InlineData(390, "en", "Unchanged", "“Journal”, row 2", "Not verified")]
    public async Task A_workbook_is_clean_and_an_altered_cell_is_named_by_sheet_and_row(
        int width, string language, string clean, string named, string unread)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        string file = In("workbook.xlsx"), altered = In("altered.xlsx"), half = In("half.xlsx");
        await using (TestBody body = await TestBody.New())
        {
            await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, new LocalDate(2026, 3, 2));
            await body.FinanceOfficer.Ask(new ExportBook(ExportFormat.Workbook) { To = new ExportTarget(() => File.Create(file), Words) });
        }

        File.Copy(file, altered);
        Alter(altered);
        await File.WriteAllBytesAsync(half, (await File.ReadAllBytesAsync(file))[..4000]);

        IPage page = await site.Open(width, 900);
        List<string> faults = [];
        page.PageError += (_, fault) => faults.Add(fault);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal))
            {
                faults.Add(request.Url);
            }
        };
        await page.GotoAsync(new Uri(Page).AbsoluteUri + (language == "en" ? "#en" : ""));
        await Proves(page, file, clean);
        await Assertions.Expect(page.Locator("#result .tests > .bad")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#result .tests > .good")).ToHaveCountAsync(5);
        await Proves(page, altered, named);
        await Assertions.Expect(page.Locator("#result [data-test=rows].bad, #result [data-test=journal].bad, #result [data-test=signature].good"))
            .ToHaveCountAsync(3);
        await Proves(page, half, unread);

        // A fingerprint from the notice board that is not this key's.
        await page.FillAsync("#key", "0123 4567 89ab cdef");
        await Proves(page, file, "0123 4567 89ab cdef");
        await Assertions.Expect(page.Locator("#result [data-test=signature].bad")).ToHaveCountAsync(1);
        (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")).ShouldBeTrue();
        faults.ShouldBeEmpty();
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task The_page_says_what_the_command_says(string language)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        string page = await File.ReadAllTextAsync(Page);
        // The command names files and options, counts what it leaves out, and computes statements anew.
        string[] others =
        [
            "verify.no-file", "verify.anchor-odd", "verify.more", "verify.more-one", "verify.recomputed", "verify.not-recomputed",
            "verify.not-recomputed-part",
        ];
        string[] inSheets =
        [
            "export.field.row-check", "export.workbook.lines", "export.workbook.debit", "export.workbook.credit",
            "export.field.seal-kind", "export.field.seal-name", "export.field.seal-row", "export.field.seal-value",
            "period.opening", "period.adjusting",
        ];
        Words.GetAllStrings(includeParentCultures: false)
            .Where(said => said.Name.StartsWith("refusal.verify.", StringComparison.Ordinal) || inSheets.Contains(said.Name)
                || (said.Name.StartsWith("verify.", StringComparison.Ordinal) && !others.Contains(said.Name)))
            .Where(said => !page.Contains($"\"{said.Value}\"", StringComparison.Ordinal)).Select(said => said.Name).ShouldBeEmpty();
    }

    private string In(string name) => Path.Combine(_directory, name);

    /// <summary>Gives the page a file and waits for what it says.</summary>
    internal static async Task Proves(IPage page, string file, string says)
    {
        await page.SetInputFilesAsync("#file", file);
        await Assertions.Expect(page.Locator("#result")).ToContainTextAsync(says);
        await Assertions.Expect(page.Locator("#result")).ToContainTextAsync(Path.GetFileName(file));
    }

    /// <summary>Makes the first amount of the journal another.</summary>
    private static void Alter(string file)
    {
        const string Is = "<v>1000.00</v>", Becomes = "<v>1000.01</v>";
        using ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Update);

        // The journal is the first sheet that is streamed, and so has its words in its cells.
        (string path, string journal) = zip.Entries.Where(entry => entry.FullName.StartsWith("xl/worksheets/sheet", StringComparison.Ordinal))
            .OrderBy(entry => entry.FullName.Length).ThenBy(entry => entry.FullName, StringComparer.Ordinal)
            .Select(entry => (entry.FullName, Text: Read(entry))).First(entry => entry.Text.Contains("inlineStr", StringComparison.Ordinal));
        int at = journal.IndexOf(Is, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0);
        zip.GetEntry(path)!.Delete();
        using StreamWriter writer = new(zip.CreateEntry(path).Open());
        writer.Write(string.Concat(journal.AsSpan(0, at), Becomes, journal.AsSpan(at + Is.Length)));
    }

    private static string Read(ZipArchiveEntry entry)
    {
        using StreamReader reader = new(entry.Open());
        return reader.ReadToEnd();
    }

    private static string FindPage()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "CommunityFund.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return Path.Combine(at ?? throw new InvalidOperationException("CommunityFund.sln was not found above the tests."),
            "src/CommunityFund/Verification/verify.html");
    }
}
