using System.Globalization;
using System.Text;
using ClosedXML.Excel;
using CommunityFund.Books;
using CsvHelper;

namespace CommunityFund.Payments;

/// <summary>One payment as a file for the bank says it.</summary>
internal sealed record PaymentLine(int Row, string Id, string Account, string Name, string Bank, long Units, string Purpose, string From, string Day)
{
    public string Cell(PaymentColumn column) => column.Take switch
    {
        "row" => Row.ToString(CultureInfo.InvariantCulture),
        "id" => Id,
        "account" => Account,
        "name" => Name,
        "bank" => Bank,
        "amount" => (Units / 100m).ToString("0.00", CultureInfo.InvariantCulture),
        "purpose" => Purpose,
        "from" => From,
        "day" => Day,
        "text" => column.Text,
        _ => "",
    };
}

/// <summary>
/// Draws a batch in a bank's columns. Account numbers are text: a spreadsheet would round them. What people typed never becomes a
/// formula; in CSV, which cannot say what is text, an apostrophe stands before what begins like one.
/// </summary>
internal static class PaymentFileWriter
{
    private const string Gb = "gb18030";

    public static byte[] Write(PaymentLayout layout, string format, IReadOnlyList<PaymentLine> lines) =>
        format == "xlsx" ? Workbook(layout, lines) : Csv(layout, lines);

    private static byte[] Csv(PaymentLayout layout, IReadOnlyList<PaymentLine> lines)
    {
        using MemoryStream bytes = new();
        using (CsvWriter csv = CsvWriter.Create(bytes, CsvWriterOptions.Default with { WriteByteOrderMark = layout.Encoding != Gb }, true))
        {
            foreach (IEnumerable<string> row in lines.Select(line => layout.Columns.Select(line.Cell))
                .Prepend(layout.Columns.Select(column => column.Title)))
            {
                csv.WriteRecord(row.Select(Safe).ToArray());
            }
        }

        return layout.Encoding == Gb
            ? CodePagesEncodingProvider.Instance.GetEncoding(54936)!.GetBytes(Encoding.UTF8.GetString(bytes.ToArray()))
            : bytes.ToArray();
    }

    private static byte[] Workbook(PaymentLayout layout, IReadOnlyList<PaymentLine> lines)
    {
        using XLWorkbook book = new();
        IXLWorksheet sheet = book.AddWorksheet("Sheet1");
        for (int c = 0; c < layout.Columns.Count; c++)
        {
            PaymentColumn column = layout.Columns[c];
            sheet.Cell(1, c + 1).Write(column.Title).Style.Font.SetBold();
            sheet.Column(c + 1).Width = column.Take switch { "account" or "from" => 26, "name" or "bank" or "purpose" => 30, _ => 14 };
            for (int r = 0; r < lines.Count; r++)
            {
                IXLCell cell = sheet.Cell(r + 2, c + 1);
                if (column.Take == "amount")
                {
                    cell.SetValue(lines[r].Units / 100m).Style.NumberFormat.Format = "0.00";
                }
                else
                {
                    cell.Style.NumberFormat.Format = "@";
                    cell.Write(lines[r].Cell(column));
                }
            }
        }

        sheet.SheetView.FreezeRows(1);
        using MemoryStream bytes = new();
        book.SaveAs(bytes);
        return bytes.ToArray();
    }

    private static string Safe(string text)
    {
        string clean = SheetText.Clean(text);
        return clean.Length > 0 && SheetText.StartsFormula.Contains(clean.TrimStart()[..1], StringComparison.Ordinal) ? "'" + clean : clean;
    }
}
