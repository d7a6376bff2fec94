using ExcelDataReader;

namespace CommunityFund.Books;

/// <summary>Sheets of a workbook row by row, values only: formulas, formats and macros are never looked at.</summary>
internal sealed class SheetReader : IDisposable
{
    private readonly IExcelDataReader _reader;
    private bool _isOpen;

    // The library asks .NET for code pages of old files.
    static SheetReader() => System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);

    /// <exception cref="Exception">It is no workbook; the library says so in many ways.</exception>
    public SheetReader(Stream workbook) => _reader = ExcelReaderFactory.CreateOpenXmlReader(workbook);

    public string Sheet => _reader.Name;

    /// <summary>From 1.</summary>
    public long Row { get; private set; }

    public int Width => _reader.FieldCount;

    /// <summary>Stands before the rows of the next sheet.</summary>
    public bool NextSheet()
    {
        Row = 0;
        if (!_isOpen)
        {
            return _isOpen = true;
        }

        return _reader.NextResult();
    }

    public bool NextRow()
    {
        Row++;
        return _reader.Read();
    }

    /// <summary>The row into a digest.</summary>
    /// <param name="put">What a text stands for.</param>
    /// <param name="without">A column that does not count.</param>
    /// <param name="sheet">The name that the sheet had.</param>
    /// <returns>Whether it holds anything.</returns>
    public bool AddTo(RowDigest row, Func<string, string>? put = null, int without = -1, string? sheet = null)
    {
        row.Begin(sheet ?? Sheet, Row);
        bool holds = false;
        for (int i = 0; i < _reader.FieldCount; i++)
        {
            if (i == without)
            {
                continue;
            }

            switch (_reader.GetValue(i))
            {
                case null or "":
                    continue;
                case string text:
                    row.AddText(i, put is null ? text : put(text));
                    break;
                case DateTime moment:
                    row.AddNumber(i, RowDigest.Serial(moment));
                    break;
                case bool truth:
                    row.AddText(i, truth ? "TRUE" : "FALSE");
                    break;
                case TimeSpan span:
                    row.AddNumber(i, (decimal)span.Ticks / TimeSpan.TicksPerDay);
                    break;
                case var number:
                    row.AddNumber(i, Decimal(number));
                    break;
            }

            holds = true;
        }

        return holds;
    }

    public string Text(int column) => column < _reader.FieldCount && _reader.GetValue(column) is { } value
        ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "" : "";

    /// <summary>The number of a cell; null if it is empty or no number.</summary>
    public decimal? Number(int column) => column >= _reader.FieldCount ? null : _reader.GetValue(column) switch
    {
        null or string or bool or TimeSpan => null,
        DateTime moment => RowDigest.Serial(moment),
        var number => Decimal(number),
    };

    public void Dispose() => _reader.Dispose();

    // A sheet holds binary fractions: what is further than a decimal reaches was written by nobody.
    private static decimal Decimal(object number)
    {
        try
        {
            return Convert.ToDecimal(number, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            return decimal.MaxValue;
        }
    }
}
