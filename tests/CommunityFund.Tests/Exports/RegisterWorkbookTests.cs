using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using ClosedXML.Excel;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Tests.Statements;
using NodaTime;

namespace CommunityFund.Tests.Exports;

/// <summary>The register workbook opened again, by ClosedXML and by LibreOffice.</summary>
public sealed class RegisterWorkbookTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fund-export-").FullName;

    public RegisterWorkbookTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Opened_again_the_journal_has_every_line_and_the_sums_stand_beside_their_formulas()
    {
        await using TestBody body = await Small();
        string file = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        using XLWorkbook book = new(file);
        book.Worksheets.Select(sheet => sheet.Name).SkipWhile(name => name != "序时账").Take(4)
            .ShouldBe(["序时账", "备查登记", "总账", "明细账（分基金）"]);
        IXLWorksheet journal = book.Worksheet("序时账");
        journal.LastRowUsed().RowNumber().ShouldBe(1 + 16);
        journal.Cell(1, 13).GetString().ShouldBe("借方");
        journal.Cell(2, 2).DataType.ShouldBe(XLDataType.DateTime);
        decimal debit = Enumerable.Range(2, 16).Sum(row => journal.Cell(row, 13).IsEmpty() ? 0 : (decimal)journal.Cell(row, 13).GetDouble());
        debit.ShouldBe(Enumerable.Range(2, 16).Sum(row => journal.Cell(row, 14).IsEmpty() ? 0 : (decimal)journal.Cell(row, 14).GetDouble()));

        string summary = Part(file, "xl/worksheets/sheet1.xml");
        MatchCollection formulas = Regex.Matches(summary, "<(x:)?f>");
        formulas.Count.ShouldBeGreaterThan(12);
        Regex.Matches(summary, "<(x:)?f>[^<]+</(x:)?f><(x:)?v>[^<]+</(x:)?v>").Count.ShouldBe(formulas.Count);
        summary.ShouldContain($">{debit.ToString("0.00", CultureInfo.InvariantCulture)}<");
        book.Worksheet("姓名").Cell(2, 3).GetString().ShouldBe("周会计");
    }

    [Fact]
    public async Task LibreOffice_computes_the_same_sums_from_the_lines()
    {
        await using TestBody body = await Small();
        string file = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        IReadOnlyList<string> known = await ExportNotation.AsLibreOfficeReads(file, _directory);
        known.ShouldContain(sheet => sheet.Contains("借贷相等"));
        known.ShouldContain(sheet => sheet.Contains("试算平衡") && sheet.Contains("与封面的序时账控制数相符"));

        // Without the values beside them LibreOffice has to compute the formulas itself.
        int formulas = 0;
        using (ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Update))
        {
            foreach (string part in zip.Entries.Select(entry => entry.FullName)
                .Where(name => name.StartsWith("xl/worksheets/sheet", StringComparison.Ordinal)).ToList())
            {
                string text = Part(zip, part);
                formulas += Regex.Matches(text, "</(?:x:)?f>").Count;
                zip.GetEntry(part)!.Delete();
                using StreamWriter into = new(zip.CreateEntry(part).Open());
                into.Write(Regex.Replace(text, "(</(?:x:)?f>)<(?:x:)?v>[^<]*</(?:x:)?v>", "$1"));
            }
        }

        formulas.ShouldBeGreaterThan(200);
        (await ExportNotation.AsLibreOfficeReads(file, _directory)).ShouldBe(known);
    }

    [Fact]
    public async Task A_register_goes_on_on_a_second_sheet_and_above_the_limit_sums_are_values()
    {
        await using TestBody body = await Small();
        string file = await body.FinanceOfficer.Export(
            ExportFormat.Workbook, _directory, but: target => target with { RowsPerSheet = 10, LinesWithFormulas = 15 });
        using XLWorkbook book = new(file);
        book.Worksheet("序时账").LastRowUsed().RowNumber().ShouldBe(11);
        book.Worksheet("序时账 (2)").LastRowUsed().RowNumber().ShouldBe(7);
        book.Worksheet("序时账 (2)").Cell(1, 1).GetString().ShouldBe("分录号");
        Part(file, "xl/worksheets/sheet1.xml").ShouldNotMatch("<(x:)?f>");
        (await ExportNotation.AsLibreOfficeReads(file, _directory)).Count.ShouldBe(book.Worksheets.Count);
    }

    [Fact]
    public async Task The_same_day_gives_the_same_fingerprints()
    {
        await using TestBody body = await Small();
        string[] first = Fingerprints(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory, new LocalDate(2026, 2, 28)));
        body.Clock.Now += Duration.FromHours(3);
        await body.PrepareExpense(TestBody.Community, 1, on: new LocalDate(2026, 2, 20)); // waits; nothing of it is in the books
        await body.Gift(TestBody.Community, 7, Restriction.Unrestricted, new LocalDate(2026, 3, 19));
        Fingerprints(await body.Accountant.Export(ExportFormat.Workbook, _directory, new LocalDate(2026, 2, 28))).ShouldBe(first);
        first.Length.ShouldBe(16, "all registers but those that wait, name or log; there is no memorandum yet");
        Fingerprints(await body.Accountant.Export(ExportFormat.Workbook, _directory)).ShouldNotBe(first);
    }

    [Fact]
    public async Task An_empty_book_is_a_workbook_too()
    {
        await using TestBody body = await TestBody.New();
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        using XLWorkbook book = new(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory));
        book.Worksheet("Journal").LastRowUsed().RowNumber().ShouldBe(1);
    }

    private static async Task<TestBody> Small()
    {
        TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        await ExportNotation.Commit(body, TestBody.Community, 100_00);
        return body;
    }

    private static string[] Fingerprints(string file) =>
        [.. Regex.Matches(Part(file, "xl/sharedStrings.xml"), ">[0-9a-f]{64}<").Select(match => match.Value)];

    private static string Part(string file, string part)
    {
        using ZipArchive zip = ZipFile.OpenRead(file);
        return Part(zip, part);
    }

    private static string Part(ZipArchive zip, string part)
    {
        using StreamReader text = new(zip.GetEntry(part)!.Open());
        return text.ReadToEnd();
    }
}
