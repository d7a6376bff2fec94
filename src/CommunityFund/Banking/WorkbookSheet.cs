using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace CommunityFund.Banking;

/// <summary>A sheet of a workbook, .xlsx or the older .xls; formulas, macros and links to elsewhere are never looked at.</summary>
internal sealed class WorkbookSheet(string name, StatementBytes content, int index, string fileName) : StatementSheet(name, "")
{
    private const int MostSheets = 50;

    // The library asks .NET for the code page that an .xls names.
    static WorkbookSheet() => System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);

    public static IReadOnlyList<StatementSheet> All(StatementBytes content, string prefix, string fileName)
    {
        List<StatementSheet> sheets = [];
        Guarded(fileName, () =>
        {
            using IExcelDataReader reader = Open(content);
            do
            {
                sheets.Add(new WorkbookSheet(prefix + PlainText.Of(reader.Name), content, sheets.Count, fileName));
            }
            while (sheets.Count < MostSheets && reader.NextResult());
            return true;
        });
        return sheets;
    }

    public override IEnumerable<StatementRow> Rows(char delimiter, int width, int until = int.MaxValue)
    {
        using IExcelDataReader reader = Guarded(fileName, () => Opened(index));
        for (int lineNo = 1; lineNo <= until && Guarded(fileName, reader.Read); lineNo++)
        {
            if (lineNo > MostRows)
            {
                throw TooManyLines;
            }

            string[] cells = Guarded(fileName, () => CellsOf(reader));
            if (cells.Length > 0)
            {
                yield return Checked(new StatementRow(lineNo, cells), until);
            }
        }
    }

    private static IExcelDataReader Open(StatementBytes content) => ExcelReaderFactory.CreateReader(
        content.Open(),
        new ExcelReaderConfiguration { FallbackEncoding = StatementText.OldWorkbook });

    private IExcelDataReader Opened(int sheet)
    {
        IExcelDataReader reader = Open(content);
        for (int i = 0; i < sheet && reader.NextResult(); i++)
        {
            continue;
        }

        return reader.FieldCount <= MostColumns ? reader
            : throw new RefusedException(StatementRefusal.TooWide, ("limit", MostColumns));
    }

    private static string[] CellsOf(IExcelDataReader reader)
    {
        int used = reader.FieldCount;
        while (used > 0 && reader.GetValue(used - 1) is null or "")
        {
            used--;
        }

        string[] cells = new string[used];
        bool saysSomething = false;
        for (int i = 0; i < used; i++)
        {
            cells[i] = Text(reader.GetValue(i));
            saysSomething |= cells[i].Length > 0;
        }

        return saysSomething ? cells : [];
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => TextSheet.Cleaned(text),
        DateTime { Year: < 1901 } time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString(moment.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss",
            CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture),
        bool => "",
        IConvertible number => Number(number),
        _ => "",
    };

    // What Excel adds up it keeps with a tail such as 12.340000000000001, and amounts have two decimals.
    private static string Number(IConvertible number)
    {
        try
        {
            decimal exact = number.ToDecimal(CultureInfo.InvariantCulture), rounded = decimal.Round(exact, 2);
            return (Math.Abs(exact - rounded) < 0.000001m ? rounded : exact).ToString("0.##########", CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            return "";
        }
    }

    /// <summary>Whatever the library stumbles over is the file's fault: nothing else of ours is touched while it reads.</summary>
    private static T Guarded<T>(string fileName, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidPasswordException)
        {
            throw new RefusedException(StatementRefusal.WorkbookLocked, ("file", fileName));
        }
        catch (Exception fault) when (fault is not (RefusedException or OperationCanceledException or OutOfMemoryException))
        {
            throw StatementText.Unreadable(fileName);
        }
    }
}
