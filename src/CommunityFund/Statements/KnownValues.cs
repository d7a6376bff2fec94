using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Ledger;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace CommunityFund.Statements;

/// <summary>
/// The values of formula cells as the books know them (rulings 31). They are written beside the formulas, so that a reader
/// that never calculates (a phone, a preview, a program) shows the same figures to the fen as one that does.
/// </summary>
internal sealed class KnownValues
{
    private readonly Dictionary<string, (string Text, bool IsText)> _values = new(StringComparer.Ordinal);

    public void Add(string cell, Amount amount) => _values[cell] = (amount.ToString(), IsText: false);

    public void Add(string cell, string text) => _values[cell] = (SheetText.Clean(text), IsText: true);

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
        foreach (Cell cell in document.WorkbookPart!.WorksheetParts.SelectMany(part => part.Worksheet.Descendants<Cell>())
            .Where(cell => cell.CellFormula is not null))
        {
            if (!_values.TryGetValue(cell.CellReference!.Value!, out var known))
            {
                throw new InvalidOperationException($"Nothing is known of {cell.CellReference.Value}.");
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
    }
}
