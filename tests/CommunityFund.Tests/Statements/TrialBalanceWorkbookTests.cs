using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace CommunityFund.Tests.Statements;

public sealed class TrialBalanceWorkbookTests
{
    private static readonly string[] Hostile = ["=cmd|'/c calc'!A0", "+1", "-2+3", "@x", "\u200f=1+1", "\u202e=sum(A1)", "'=1", "=1\uffff", "名称"];

    public TrialBalanceWorkbookTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Opened_again_the_workbook_has_the_same_figures(int level, bool byFund)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        TrialBalanceView view = await body.Accountant.Ask(new TrialBalance(202601, 202603, Level: level, ByFund: byFund));
        byte[] file = TrialBalanceWorkbook.Draw(view, StatementBooks.Words);
        using XLWorkbook book = new(new MemoryStream(file));
        IXLWorksheet sheet = book.Worksheets.Single();
        sheet.Name.ShouldBe("科目余额表");
        for (int i = 0; i < view.Rows.Count; i++)
        {
            sheet.Cell(6 + i, 1).GetString().ShouldBe(view.Rows[i].Fund is null ? view.Rows[i].Code : "");
            sheet.Cell(6 + i, 1).DataType.ShouldBe(XLDataType.Text);
            Enumerable.Range(4, 8).Select(column => Fen(sheet.Cell(6 + i, column))).ShouldBe(view.Rows[i].Figures.Columns);
        }

        int total = 6 + view.Rows.Count;
        string[] stored = Stored(file, $"D{total}", $"E{total}", $"F{total}", $"G{total}", $"H{total}", $"I{total}", $"J{total}", $"K{total}");
        stored.ShouldBe(view.Totals.Columns.Select(amount => amount.ToString()));
        Enumerable.Range(4, 8).Select(column => sheet.Cell(total, column).HasFormula).ShouldAllBe(live => live);
        Enumerable.Range(4, 8).Select(column => Fen(book.Evaluate($"'{sheet.Name}'!{sheet.Cell(total, column).Address}"))).ShouldBe(view.Totals.Columns);
        Stored(file, $"A{total + 1}").ShouldBe(["试算平衡：期初、本期、本年累计、期末借贷相等"]);
    }

    [Fact]
    public async Task No_name_that_somebody_typed_ever_becomes_a_formula()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.General, 1000, Restriction.Unrestricted);
        for (int i = 0; i < Hostile.Length; i++)
        {
            await StatementBooks.Hostile(body, Hostile[i], $"1{i}");
            int fund = await body.Accountant.Run(new CreateFund(
                TestBody.Key, $"X{i}", Hostile[i] + " ", FundKind.Micro, null, Restriction.Unrestricted, ""));
            await body.Gift(fund, 1, Restriction.Unrestricted);
        }

        TrialBalanceView view = await body.Accountant.Ask(new TrialBalance(202601, 202603, Level: 2, ByFund: true));
        byte[] file = TrialBalanceWorkbook.Draw(view, StatementBooks.Words);
        using XLWorkbook book = new(new MemoryStream(file));
        IXLWorksheet sheet = book.Worksheets.Single();
        IXLCell[] names = [.. Enumerable.Range(6, view.Rows.Count).Select(row => sheet.Cell(row, 2))];
        names.ShouldAllBe(cell => !cell.HasFormula && cell.DataType == XLDataType.Text);
        foreach (string hostile in new[] { "=cmd|'/c calc'!A0", "+1", "-2+3", "@x", "=1+1", "=sum(A1)" })
        {
            IXLCell cell = names.First(each => each.GetString() == hostile);
            cell.Style.IncludeQuotePrefix.ShouldBeTrue(hostile);
        }

        names.ShouldContain(cell => cell.GetString() == "'=1");
        sheet.CellsUsed().Where(cell => cell.HasFormula).Select(cell => cell.Address.RowNumber).Distinct()
            .ShouldBe([6 + view.Rows.Count, 7 + view.Rows.Count]);
    }

    [Fact]
    public async Task It_prints_across_on_A4_with_its_heads_on_every_page()
    {
        await using TestBody body = await TestBody.New();
        TrialBalanceView view = await body.Accountant.Ask(new TrialBalance(202601, 202603, ShowZero: true));
        byte[] file = TrialBalanceWorkbook.Draw(view, StatementBooks.Words);
        using XLWorkbook book = new(new MemoryStream(file));
        IXLPageSetup page = book.Worksheets.Single().PageSetup;
        (page.PaperSize, page.PageOrientation, page.PagesWide).ShouldBe((XLPaperSize.A4Paper, XLPageOrientation.Landscape, 1));
        (page.FirstRowToRepeatAtTop, page.LastRowToRepeatAtTop).ShouldBe((1, 5));
        using SpreadsheetDocument document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        document.WorkbookPart!.Workbook.Descendants<DefinedName>().Single().Text.ShouldEndWith("!$1:$5");
        TrialBalanceWorkbook.FileName(view, StatementBooks.Words).ShouldBe("科目余额表-测试慈善会-2026-01-2026-03.xlsx");
    }

    [Fact]
    public async Task An_empty_book_still_makes_a_workbook_and_English_readers_get_English()
    {
        await using TestBody body = await TestBody.New();
        TrialBalanceView view = await body.Accountant.Ask(new TrialBalance(202601, 202601));
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        byte[] file = TrialBalanceWorkbook.Draw(view, StatementBooks.Words);
        Stored(file, "D6").ShouldBe(["0.00"]);
        using XLWorkbook book = new(new MemoryStream(file));
        book.Worksheets.Single().Name.ShouldBe("Trial balance");
        book.Worksheets.Single().Cell("A2").GetString().ShouldBe("Organisation: 测试慈善会");
    }

    private static Amount Fen(IXLCell cell) => cell.IsEmpty() ? Amount.Fen(0) : Fen(cell.Value);

    private static Amount Fen(object value) => Amount.Yuan(Math.Round(Convert.ToDecimal(value, CultureInfo.InvariantCulture), 2));

    private static string[] Stored(byte[] file, params string[] cells)
    {
        using SpreadsheetDocument document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        Dictionary<string, string> values = document.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Cell>()
            .Where(cell => cell.CellFormula is not null).ToDictionary(cell => cell.CellReference!.Value!, cell => cell.CellValue!.Text);
        return [.. cells.Select(cell => values[cell])];
    }
}
