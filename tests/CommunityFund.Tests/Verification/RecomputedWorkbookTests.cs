using System.Globalization;
using System.IO.Compression;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Tests.Exports;
using CommunityFund.Tests.Grants.Acquittals;
using CommunityFund.Tests.Statements;
using CommunityFund.Verification;
using NodaTime;

namespace CommunityFund.Tests.Verification;

/// <summary>Whoever forges a workbook well, digests and signature too, is betrayed by the journal: every figure is computed anew.</summary>
public sealed class RecomputedWorkbookTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fund-recomputed-").FullName;

    public RecomputedWorkbookTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_figure_of_a_statement_or_register_that_was_forged_and_sealed_again_is_named()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        ResealedWorkbook workbook = new(await File.ReadAllBytesAsync(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory)));
        List<string> missed = [];
        int forged = 0;
        Parallel.ForEach(
            from sheet in new[] { "资产负债表", "业务活动表", "现金流量表", "科目余额表", "各基金收支总表", "封面", "总账", "明细账（分基金）" }
            from cell in workbook.Numbers(sheet)
            select (sheet, cell), forgery =>
            {
                CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
                (string sheet, (int row, string place, decimal number)) = forgery;
                byte[] file = workbook.WithNumber(sheet, "校验", row, place, number + 1);
                VerifyReport report = VerifyWorkbook.Run(() => new MemoryStream(file, writable: false), StatementBooks.Words);
                lock (missed)
                {
                    forged++;
                    if (report.Findings.Any(found => found.Says.Code != VerifyCode.Figure)
                        || !report.Findings.Any(found => found.Sheet == sheet && found.Row == row))
                    {
                        missed.Add($"{sheet} {place} {number}: {string.Join("; ", report.Findings.Select(found => $"{found.Says.Code} {found.Sheet} {found.Row}"))}");
                    }
                }
            });
        missed.ShouldBeEmpty();
        forged.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task A_formula_that_was_changed_under_a_right_value_is_named_by_sheet_and_row()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        ResealedWorkbook workbook = new(await File.ReadAllBytesAsync(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory)));
        int changed = 0;
        foreach (string sheet in new[] { "封面", "资产负债表", "业务活动表", "科目余额表" })
        {
            foreach ((int row, string place, string formula) in workbook.Formulas(sheet).Where((_, i) => i % 7 == 0))
            {
                changed++;
                Found(workbook.WithFormula(sheet, place, formula + "+1")).ShouldBe([$"{VerifyCode.Formula} {sheet} {row}"]);
                Found(workbook.WithFormula(sheet, place, $"  {formula.Replace("SUM", "sum", StringComparison.Ordinal)} ")).ShouldBeEmpty();
            }
        }

        changed.ShouldBeGreaterThan(10);
        (int journalRow, string journalPlace, _) = workbook.Numbers("序时账")[40];
        Found(workbook.WithFormula("序时账", journalPlace, "1+1")).ShouldBe([$"{VerifyCode.RowChanged} 序时账 {journalRow}"]);
        (int sealRow, string sealPlace, _) = workbook.Numbers("校验")[20];
        Found(workbook.WithFormula("校验", sealPlace, "1+1")).ShouldBe([$"{VerifyCode.SealRow} 校验 {sealRow}"]);
        Found(workbook.With("序时账", journalPlace, cell => cell.SetAttributeValue("r", "B9999")))
            .ShouldContain($"{VerifyCode.RowChanged} 序时账 {journalRow}");
    }

    [Fact]
    public async Task Grants_promises_and_a_day_within_a_month_are_computed_anew_to_the_same_figures()
    {
        await using TestBody body = await TestBody.New();
        await PaidNotation.Paid(body);
        VerifyReport report = Verify(await File.ReadAllBytesAsync(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory)));
        report.Findings.ShouldBeEmpty();
        report.NotRecomputed.ShouldBeEmpty();
        await using TestBody small = await TestBody.New();
        await StatementBooks.Small(small);
        report = Verify(await File.ReadAllBytesAsync(await small.FinanceOfficer.Export(ExportFormat.Workbook, _directory, new LocalDate(2026, 3, 10))));
        report.Findings.ShouldBeEmpty();
        report.NotRecomputed.ShouldBeEmpty();
        report.Recomputed.ShouldContain("资产负债表");
    }

    [Fact]
    public async Task A_hostile_file_is_said_to_be_unreadable_before_it_takes_the_machine()
    {
        await using TestBody body = await TestBody.New();
        byte[] file = await File.ReadAllBytesAsync(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory));
        foreach (string xml in new[]
        {
            "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><worksheet>&b;</worksheet>",
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"9999999\"/></sheetData></worksheet>",
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"ZZZZ1\"/></row></sheetData></worksheet>",
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c><v>" + new string('1', 3 << 20) + "</v></c></row></sheetData></worksheet>",
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" x=\"" + new string('1', 3 << 20) + "\"/>",
        })
        {
            VerifyReport report = Verify(Replaced(file, "xl/worksheets/sheet1.xml", xml, ""));
            report.Findings.Select(found => found.Says.Code).ShouldContain(VerifyCode.Unreadable, xml[..Math.Min(xml.Length, 60)]);
        }

        // A hundred megabytes out of a tenth of one.
        const string Root = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
        Verify(Replaced(file, "xl/worksheets/sheet1.xml", Root, "</worksheet>", string.Concat(Enumerable.Repeat("<x/>            ", 1 << 16)), 100))
            .Findings.Select(found => found.Says.Code).ShouldContain(VerifyCode.Unreadable);
    }

    private static byte[] Replaced(byte[] file, string part, string begins, string ends, string between = "", int times = 0)
    {
        using MemoryStream changed = new();
        changed.Write(file);
        using (ZipArchive zip = new(changed, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(part)!.Delete();
            using Stream into = zip.CreateEntry(part, CompressionLevel.SmallestSize).Open();
            into.Write(Encoding.UTF8.GetBytes(begins));
            byte[] bytes = Encoding.UTF8.GetBytes(between);
            for (int i = 0; i < times; i++)
            {
                into.Write(bytes);
            }

            into.Write(Encoding.UTF8.GetBytes(ends));
        }

        return changed.ToArray();
    }

    private static VerifyReport Verify(byte[] file) => VerifyWorkbook.Run(() => new MemoryStream(file, writable: false), StatementBooks.Words);

    private static string[] Found(byte[] file) => [.. Verify(file).Findings.Select(found => $"{found.Says.Code} {found.Sheet} {found.Row}")];
}
