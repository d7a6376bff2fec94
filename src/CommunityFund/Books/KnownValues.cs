using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Ledger;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace CommunityFund.Books;

/// <summary>
/// The values of formula cells as the books know them (rulings 31). They are written beside the formulas, so that a reader
/// that never calculates (a phone, a preview, a program) shows the same figures to the fen as one that does.
/// </summary>
internal sealed class KnownValues
{
    private readonly Dictionary<(string Sheet, string Cell), (string Text, bool IsText)> _values;
    private readonly List<(string Sheet, string Cell, string Place)> _links;
    private readonly string _sheet;

    /// <summary>Of a workbook in which one sheet has formulas.</summary>
    public KnownValues()
        : this([], [], "")
    {
    }

    private KnownValues(Dictionary<(string, string), (string, bool)> values, List<(string, string, string)> links, string sheet) =>
        (_values, _links, _sheet) = (values, links, sheet);

    /// <summary>The same for a sheet of several.</summary>
    public KnownValues On(string sheet) => new(_values, _links, sheet);

    /// <param name="text">A number as the file format writes it.</param>
    public void AddNumber(string cell, string text) => _values[(_sheet, cell)] = (text, IsText: false);

    public void Add(string cell, Amount amount) => _values[(_sheet, cell)] = (amount.ToString(), IsText: false);

    public void Add(string cell, string text) => _values[(_sheet, cell)] = (SheetText.Clean(text), IsText: true);

    /// <summary>A cell that leads to another place of the same workbook.</summary>
    /// <param name="sheet">Name of the sheet it leads to.</param>
    /// <param name="row">The row there, from 1.</param>
    public void Link(string cell, string sheet, long row = 1) =>
        _links.Add((_sheet, cell, string.Create(CultureInfo.InvariantCulture, $"'{sheet.Replace("'", "''", StringComparison.Ordinal)}'!A{row}")));

    /// <summary>The drawn workbook as a file with these values in it; the workbook is closed.</summary>
    /// <exception cref="InvalidOperationException">A formula has no known value, or a value no formula.</exception>
    public byte[] Save(XLWorkbook drawn)
    {
        using MemoryStream stream = new();
        drawn.SaveAs(stream);
        drawn.Dispose();
        WriteInto(stream);
        PrintTitles.MakeAbsolute(stream);
        return stream.ToArray();
    }

    private void WriteInto(Stream workbook)
    {
        using SpreadsheetDocument document = SpreadsheetDocument.Open(workbook, isEditable: true);
        int written = 0;
        WorkbookPart part = document.WorkbookPart!;
        foreach (var (sheet, cell) in part.Workbook.Descendants<Sheet>().SelectMany(sheet => ((WorksheetPart)part.GetPartById(sheet.Id!))
            .Worksheet.Descendants<Cell>().Where(cell => cell.CellFormula is not null).Select(cell => (sheet.Name!.Value!, cell))))
        {
            string place = cell.CellReference!.Value!;
            if (!_values.TryGetValue((sheet, place), out var known) && !_values.TryGetValue(("", place), out known))
            {
                throw new InvalidOperationException($"Nothing is known of {place} on {sheet}.");
            }

            cell.CellValue = new CellValue(known.Text);
            cell.DataType = known.IsText ? CellValues.String : null;
            written++;
        }

        if (written != _values.Count)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"{_values.Count} values for {written} formulas."));
        }

        WriteLinks(part);
    }

    // Written here because the library works out what a linked cell shows, and would compute its formula for that.
    private void WriteLinks(WorkbookPart workbook)
    {
        ILookup<string, (string Sheet, string Cell, string Place)> links = _links.ToLookup(link => link.Sheet, StringComparer.Ordinal);
        foreach (Sheet sheet in workbook.Workbook.Descendants<Sheet>().Where(sheet => links.Contains(sheet.Name!.Value!)))
        {
            Worksheet worksheet = ((WorksheetPart)workbook.GetPartById(sheet.Id!)).Worksheet;
            worksheet.InsertBefore(
                new Hyperlinks(links[sheet.Name!.Value!].Select(link => new Hyperlink { Reference = link.Cell, Location = link.Place })),
                worksheet.Elements().First(part => part is PrintOptions or PageMargins or PageSetup));
        }
    }
}
