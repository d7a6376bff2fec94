using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace CommunityFund.Tests.Statements;

public sealed class LedgerWorkbookTests
{
    private static readonly LedgerDays Quarter = LedgerBooks.Quarter;

    public LedgerWorkbookTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    [Theory]
    [InlineData(51)]
    public async Task Opened_again_the_lines_of_a_workbook_add_up_to_what_the_books_say(int seed)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed, vouchers: 30);
        AccountLedgerView bank = await body.Accountant.Ask(new AccountLedger("bank", Quarter, Daily: true, Size: LedgerSheet.MostRows));
        JournalView journal = await body.Accountant.Ask(new Journal(Quarter, Size: LedgerSheet.MostRows));
        foreach ((LedgerSheet sheet, Amount debit, Amount credit) in new[]
        {
            (bank.Sheet(StatementBooks.Words), bank.Debit, bank.Credit),
            (journal.Sheet(StatementBooks.Words), journal.Debit, journal.Credit),
        })
        {
            byte[] file = LedgerWorkbook.Draw(sheet, StatementBooks.Words);
            using XLWorkbook book = new(new MemoryStream(file));
            IXLWorksheet opened = book.Worksheets.Single();
            int[] money = [.. Enumerable.Range(1, sheet.Columns.Count).Where(column => sheet.Columns[column - 1].Kind == SheetColumnKind.Money)];
            int numbers = sheet.Columns.ToList().FindIndex(column => column.Kind == SheetColumnKind.Voucher) + 1;
            int foot = 5 + sheet.Rows.Count;
            foreach ((int column, Amount said) in money.Zip([debit, credit]))
            {
                Enumerable.Range(5, sheet.Rows.Count).Where(row => !opened.Cell(row, numbers).IsEmpty())
                    .Select(row => opened.Cell(row, column)).Where(cell => !cell.IsEmpty())
                    .Aggregate(Amount.Fen(0), (sum, cell) => sum + Fen(cell)).ShouldBe(said, $"seed {seed}");
                opened.Cell(foot, column).FormulaA1.ShouldStartWith("SUMIF(");
                Stored(file, opened.Cell(foot, column).Address.ToString()!).ShouldBe(said.ToString());
            }
        }
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-2+3")]
    [InlineData("@SUM(1)")]
    [InlineData("=HYPERLINK(\"http://elsewhere\")")]
    public async Task What_people_type_stays_text(string typed)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        await StatementBooks.Hostile(body, typed, "01");
        LedgerSheet sheet = (await body.Accountant.Ask(new Journal(Quarter))).Sheet(StatementBooks.Words);
        LedgerSheet hostile = sheet with
        {
            Title = typed,
            File = typed,
            Rows = [.. sheet.Rows.Select(row => row with { Cells = [.. row.Cells.Select(cell => cell.Amount is null ? new SheetCell(typed) : cell)] })],
        };
        using XLWorkbook book = new(new MemoryStream(LedgerWorkbook.Draw(hostile, StatementBooks.Words)));
        IXLWorksheet opened = book.Worksheets.Single();
        opened.Cell(1, 1).GetString().ShouldBe(typed);
        foreach (IXLCell cell in opened.Range(5, 1, 4 + sheet.Rows.Count, 6).Cells())
        {
            (cell.HasFormula, cell.DataType, cell.GetString()).ShouldBe((false, XLDataType.Text, typed));
            cell.Style.IncludeQuotePrefix.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task An_empty_ledger_still_makes_a_workbook_and_English_readers_get_English()
    {
        await using TestBody body = await TestBody.New();
        JournalView view = await body.Accountant.Ask(new Journal(Quarter));
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        LedgerSheet sheet = view.Sheet(StatementBooks.Words);
        using XLWorkbook book = new(new MemoryStream(LedgerWorkbook.Draw(sheet, StatementBooks.Words)));
        book.Worksheets.Single().Name.ShouldBe("Journal");
        LedgerWorkbook.FileName(sheet, StatementBooks.Words).ShouldBe("Journal-测试慈善会-2026-01-01-2026-03-31.xlsx");
    }

    private static Amount Fen(IXLCell cell) => Amount.Yuan(Math.Round(Convert.ToDecimal(cell.Value, CultureInfo.InvariantCulture), 2));

    private static string Stored(byte[] file, string address)
    {
        using SpreadsheetDocument document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        return document.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Cell>()
            .Single(cell => cell.CellReference!.Value == address).CellValue!.Text;
    }
}
