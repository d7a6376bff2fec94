using System.Globalization;
using System.Xml;

namespace CommunityFund.Books;

/// <summary>
/// Sheets of a workbook row by row, values only: formulas are not reckoned, formats and macros never looked at. A sheet is unpacked once its
/// rows are asked for, and nothing of a row is kept once the next one comes.
/// </summary>
internal sealed class SheetReader : IDisposable
{
    private const int MostRows = 1_048_576, MostColumns = 16_384;

    private readonly WorkbookFile _file;
    private readonly SheetTexts _text = new();
    private readonly char[] _name = new char[16];
    private Cell[] _cells = new Cell[64];
    private XmlReader? _xml;
    private int _sheet = -1;
    private long _index, _named;
    private bool _isBegun, _stands;

    /// <param name="workbook">Closed with the reader.</param>
    /// <param name="like">Has read the shared texts of the same file.</param>
    /// <exception cref="Exception">It is no workbook; that is said in many ways.</exception>
    public SheetReader(Stream workbook, SheetReader? like = null) => _file = new WorkbookFile(workbook, like?._file);

    private enum CellKind
    {
        None,
        Text,
        Number,
        Truth,
    }

    /// <summary>Names of all sheets, in their order.</summary>
    public IReadOnlyList<string> Names => [.. _file.Sheets.Select(sheet => sheet.Name)];

    public string Sheet => _file.Sheets[_sheet].Name;

    /// <summary>From 1.</summary>
    public long Row { get; private set; }

    /// <summary>How many cells the row has.</summary>
    public int Width { get; private set; }

    /// <summary>Whether a cell of the row is reckoned.</summary>
    public bool HasFormula { get; private set; }

    /// <summary>Whether a cell of the row says that it stands in another one, where a spreadsheet would show it.</summary>
    public bool IsMisplaced { get; private set; }

    /// <summary>Stands before the rows of the next sheet.</summary>
    public bool NextSheet()
    {
        _xml?.Dispose();
        _xml = null;
        (Row, _index, _named, _isBegun, _stands) = (0, 0, -1, false, false);
        Clear();
        return ++_sheet < _file.Sheets.Count;
    }

    /// <summary>The next row, be it one that holds nothing between others.</summary>
    public bool NextRow()
    {
        Clear();
        if (!_isBegun)
        {
            _isBegun = true;
            _xml = _file.Open(_file.Sheets[_sheet].Part);
            _stands = ToRows(_xml) && ToRow(_xml);
            _index = 0;
        }

        if (!_stands)
        {
            return false;
        }

        WorkbookFile.Must(++Row <= MostRows);
        if (_index < _named)
        {
            _index++;
            return true;
        }

        // What is said of a row twice is one row, as spreadsheets have it.
        long named = _named;
        IsMisplaced = named + 1 != Row;
        ReadCells(_xml!);
        while ((_stands = ToRow(_xml!)) && _named == named)
        {
            IsMisplaced = true;
            ReadCells(_xml!);
        }

        _index = named + 1;
        return true;
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
        for (int i = 0; i < Width; i++)
        {
            if (i == without || _cells[i].Kind == CellKind.None)
            {
                continue;
            }

            if (_cells[i].Kind == CellKind.Number)
            {
                row.AddNumber(i, _cells[i].Number);
            }
            else
            {
                string text = _cells[i].Kind == CellKind.Truth ? _cells[i].Number == 0 ? "FALSE" : "TRUE" : _cells[i].Text!;
                row.AddText(i, put is null ? text : put(text));
            }

            holds = true;
        }

        return holds;
    }

    public string Text(int column) => column >= Width ? "" : _cells[column].Kind switch
    {
        CellKind.Text => _cells[column].Text!,
        CellKind.Number => _cells[column].Number.ToString("0.#############################", CultureInfo.InvariantCulture),
        CellKind.Truth => _cells[column].Number == 0 ? "FALSE" : "TRUE",
        _ => "",
    };

    /// <summary>The number of a cell; null if it is empty or no number.</summary>
    public decimal? Number(int column) => column < Width && _cells[column].Kind == CellKind.Number ? _cells[column].Number : null;

    /// <summary>The formula of a cell as it is written, with a mark before one that is more than its cell's own; empty for a value.</summary>
    public string Formula(int column) => column < Width ? _cells[column].Formula ?? "" : "";

    public void Dispose()
    {
        _xml?.Dispose();
        _file.Dispose();
    }

    private static bool ToRows(XmlReader xml)
    {
        xml.MoveToContent();
        WorkbookFile.Must(xml.LocalName == "worksheet" && WorkbookFile.IsOurs(xml));
        while (xml.Read())
        {
            if (xml is { NodeType: XmlNodeType.Element, Depth: 1, LocalName: "sheetData" } && WorkbookFile.IsOurs(xml))
            {
                return !xml.IsEmptyElement;
            }
        }

        return false;
    }

    /// <summary>On to the next row of the sheet, which then says its number; what comes behind the rows is read to its end, for a part that is
    /// cut off there is cut off.</summary>
    private bool ToRow(XmlReader xml)
    {
        while (xml.Read() && xml.Depth > 1)
        {
            if (xml is { NodeType: XmlNodeType.Element, Depth: 2, LocalName: "row" } && WorkbookFile.IsOurs(xml))
            {
                _named = xml.MoveToAttribute("r") ? Row1(Chunk(xml)) - 1 : _named + 1;
                xml.MoveToElement();
                return true;
            }
        }

        // A second table of rows is read by nobody, and so none may be there.
        while (xml.Read())
        {
            WorkbookFile.Must(xml is not { NodeType: XmlNodeType.Element, Depth: 1, LocalName: "sheetData" });
        }

        return false;
    }

    private static long Row1(ReadOnlySpan<char> text)
    {
        long row = 0;
        WorkbookFile.Must(text.Length is > 0 and <= 7 && text[0] != '0');
        foreach (char digit in text)
        {
            WorkbookFile.Must(char.IsAsciiDigit(digit));
            row = (row * 10) + digit - '0';
        }

        WorkbookFile.Must(row <= MostRows);
        return row;
    }

    /// <summary>A short attribute without a string made of it.</summary>
    private ReadOnlySpan<char> Chunk(XmlReader xml)
    {
        int length = 0;
        for (int count; length < _name.Length && (count = xml.ReadValueChunk(_name, length, _name.Length - length)) > 0;)
        {
            length += count;
        }

        return _name.AsSpan(0, length);
    }

    private void Clear()
    {
        Array.Clear(_cells, 0, Width);
        (Width, HasFormula, IsMisplaced) = (0, false, false);
    }

    private void ReadCells(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            return;
        }

        int column = -1;
        while (xml.Read() && xml.Depth > 2)
        {
            if (xml is { NodeType: XmlNodeType.Element, Depth: 3, LocalName: "c" } && WorkbookFile.IsOurs(xml))
            {
                ReadCell(xml, ref column);
            }
        }
    }

    private void ReadCell(XmlReader xml, ref int column)
    {
        column++;
        string type = "n";
        for (bool more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
        {
            if (xml.LocalName == "r" && xml.Prefix.Length == 0)
            {
                column = Column(Chunk(xml));
            }
            else if (xml.LocalName == "t" && xml.Prefix.Length == 0)
            {
                type = TypeOf(Chunk(xml));
            }
        }

        xml.MoveToElement();
        WorkbookFile.Must(column < MostColumns);
        if (xml.IsEmptyElement)
        {
            return;
        }

        // A row is as wide as what it holds; before, it says nothing of its width.
        while (xml.Read() && xml.Depth > 3)
        {
            if (xml.NodeType != XmlNodeType.Element || xml.Depth != 4 || !WorkbookFile.IsOurs(xml))
            {
                continue;
            }

            switch (xml.LocalName)
            {
                case "v":
                    Put(column, type, _text.Own(xml));
                    break;
                case "is":
                    Put(column, "inlineStr", _text.Read(xml));
                    break;
                case "f":
                    HasFormula = true;
                    string mark = xml.GetAttribute("t") is null or "normal" ? "" : "?";
                    At(column).Formula = mark + _text.Own(xml);
                    break;
            }
        }
    }

    /// <summary>The column that a place such as AB12 names.</summary>
    private int Column(ReadOnlySpan<char> place)
    {
        int at = 0, column = 0;
        for (; at < place.Length && char.IsAsciiLetterUpper(place[at]); at++)
        {
            column = (column * 26) + place[at] - 'A' + 1;
            WorkbookFile.Must(at < 3);
        }

        WorkbookFile.Must(at > 0);
        IsMisplaced |= Row1(place[at..]) != _named + 1;
        return column - 1;
    }

    private static string TypeOf(ReadOnlySpan<char> type) => type switch
    {
        "s" => "s",
        "inlineStr" => "inlineStr",
        "str" => "str",
        "b" => "b",
        "e" => "e",
        "d" => "d",
        _ => "n",
    };

    private ref Cell At(int column)
    {
        if (column >= _cells.Length)
        {
            Array.Resize(ref _cells, Math.Max(column + 1, 2 * _cells.Length));
        }

        Width = Math.Max(Width, column + 1);
        return ref _cells[column];
    }

    private void Put(int column, string type, string raw)
    {
        if (raw.Length == 0 || type == "e")
        {
            return;
        }

        ref Cell cell = ref At(column);
        switch (type)
        {
            case "inlineStr":
                (cell.Kind, cell.Text) = (CellKind.Text, raw);
                break;
            case "str":
                (cell.Kind, cell.Text) = (CellKind.Text, SheetTexts.Plain(raw));
                break;
            case "s":
                (cell.Kind, cell.Text) = (CellKind.Text, int.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out int at)
                    ? at < _file.Texts.Count ? _file.Texts[at] : throw new InvalidDataException() : raw);
                break;
            case "b":
                (cell.Kind, cell.Number) = (CellKind.Truth, raw == "1" ? 1 : 0);
                break;
            case "d" when DateTime.TryParseExact(raw, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day):
                (cell.Kind, cell.Number) = (CellKind.Number, RowDigest.Serial(day));
                break;
            case "n" when SheetNumber.Of(raw) is { } number:
                (cell.Kind, cell.Number) = (CellKind.Number, number);
                break;
            default:
                (cell.Kind, cell.Text) = (CellKind.Text, raw);
                break;
        }

        if (cell is { Kind: CellKind.Text, Text.Length: 0 })
        {
            cell.Kind = CellKind.None;
        }
    }

    private struct Cell
    {
        public CellKind Kind;
        public string? Text;
        public decimal Number;
        public string? Formula;
    }
}
