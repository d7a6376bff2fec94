using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Tests.Exports;
using CommunityFund.Tests.Statements.Cases;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace CommunityFund.Tests.Statements.Forms;

[Collection(CaseBookReaders.Name)]
public sealed class FormWorkbookTests(CaseBooks books) : IDisposable
{
    // Calc believes the values of formulas that a file brings, unless it is told never to.
    private const string AlwaysRecalculates = """
        <?xml version="1.0" encoding="UTF-8"?>
        <oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <item oor:path="/org.openoffice.Office.Calc/Formula/Load">
            <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
          </item>
        </oor:items>
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("fund-forms-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task LibreOffice_reckons_every_statement_of_both_standards_to_the_same_fen()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        Dictionary<string, FormView> drawn = [];
        foreach (string standard in new[] { "cn-npo-2004", "cn-npo-2026" })
        {
            foreach (FormView view in await (await books.Of(standard)).Statements())
            {
                string file = Path.Combine(_directory, $"{drawn.Count:00}.xlsx");
                await File.WriteAllBytesAsync(file, Spoilt(FormWorkbook.Draw(view, StatementBooks.Words)));
                drawn.Add(file, view);
            }
        }

        string reckoned = Path.Combine(_directory, "reckoned"), settings = Path.Combine(_directory, "profile", "user");
        Directory.CreateDirectory(settings);
        await File.WriteAllTextAsync(Path.Combine(settings, "registrymodifications.xcu"), AlwaysRecalculates);
        await ExportNotation.Program("soffice", [$"-env:UserInstallation=file://{_directory}/profile", "--headless",
            "--convert-to", "xlsx", "--outdir", reckoned, .. drawn.Keys]);
        int figures = 0;
        foreach ((string file, FormView view) in drawn)
        {
            Dictionary<string, Amount> said = Placed(view);
            Dictionary<string, Amount> found = Numbers(Path.Combine(reckoned, Path.GetFileName(file)));
            string which = $"{view.Standard} {view.Layout.Key} {view.Head.Range.ToPeriod}";
            found.Keys.Except(said.Keys).ShouldBeEmpty(which);
            said.Where(cell => (found.GetValueOrDefault(cell.Key) ?? Amount.Fen(0)) != cell.Value).ShouldBeEmpty(which);
            figures += said.Count(cell => !cell.Value.IsZero);
        }

        figures.ShouldBeGreaterThan(500);
    }

    /// <summary>The file with a wrong value beside every formula: only a reader who reckons finds the right one.</summary>
    private static byte[] Spoilt(byte[] file)
    {
        using MemoryStream stream = new();
        stream.Write(file);
        using (SpreadsheetDocument document = SpreadsheetDocument.Open(stream, isEditable: true))
        {
            foreach (Cell cell in document.WorkbookPart!.WorksheetParts.SelectMany(part => part.Worksheet.Descendants<Cell>())
                .Where(cell => cell.CellFormula is not null))
            {
                cell.CellValue = new CellValue("0.99");
            }
        }

        return stream.ToArray();
    }

    /// <summary>The figures of the view by the cells they are drawn in.</summary>
    private static Dictionary<string, Amount> Placed(FormView view)
    {
        int first = 4 + (view.Columns.Any(column => column.Head is not null) ? 2 : 1), left = 1;
        Dictionary<string, Amount> placed = [];
        foreach (FormPanel panel in FormPanel.Of(view, StatementBooks.Words))
        {
            int figures = left + panel.Heads.Count - view.Columns.Count;
            for (int row = 0; row < panel.Rows.Count; row++)
            {
                for (int column = 0; column < (panel.Rows[row].Figures?.Count ?? 0); column++)
                {
                    if (panel.Rows[row].Figures![column] is { } figure)
                    {
                        placed.Add($"{XLHelper.GetColumnLetterFromNumber(figures + column)}{first + row}", figure);
                    }
                }
            }

            left += panel.Heads.Count;
        }

        return placed;
    }

    private static Dictionary<string, Amount> Numbers(string file)
    {
        using SpreadsheetDocument document = SpreadsheetDocument.Open(file, isEditable: false);
        return document.WorkbookPart!.WorksheetParts.Single().Worksheet.Descendants<Cell>()
            .Where(cell => cell.CellValue is not null && (cell.DataType is null || cell.DataType == CellValues.Number))
            .ToDictionary(cell => cell.CellReference!.Value!, cell => Amount.Yuan(Math.Round(
                decimal.Parse(cell.CellValue!.Text, NumberStyles.Float, CultureInfo.InvariantCulture), 2)));
    }
}
