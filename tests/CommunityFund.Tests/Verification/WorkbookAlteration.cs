using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;

namespace CommunityFund.Tests.Verification;

/// <summary>What somebody may do to a workbook; one of them, once.</summary>
internal enum AlterationKind
{
    Text,
    Number,
    Cleared,
    Added,
    RowDeleted,
    RowEmptied,
    RowRepeated,
    RowsSwapped,
    SheetRenamed,
    SheetsSwapped,
    SheetRemoved,
    SheetAdded,
    CutOff,
}

/// <summary>A single alteration of a workbook, made in its parts as any program would write them.</summary>
internal sealed class WorkbookAlteration
{
    private static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static readonly XNamespace Links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private readonly Random _random;
    private readonly Dictionary<string, byte[]> _parts = [];
    private readonly XDocument _workbook;
    private readonly XElement[] _sheets;

    private WorkbookAlteration(byte[] file, Random random)
    {
        _random = random;
        using ZipArchive zip = new(new MemoryStream(file), ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using MemoryStream part = new();
            using Stream from = entry.Open();
            from.CopyTo(part);
            _parts[entry.FullName] = part.ToArray();
        }

        _workbook = Read("xl/workbook.xml");
        _sheets = [.. _workbook.Descendants(Main + "sheet")];
    }

    public AlterationKind Kind { get; private set; }

    /// <summary>The sheet that was altered; empty for the file.</summary>
    public string Sheet { get; private set; } = "";

    /// <summary>The first row that was altered; zero for the whole sheet.</summary>
    public int Row { get; private set; }

    public string What { get; private set; } = "";

    public byte[] File { get; private set; } = [];

    public override string ToString() => $"{Kind} “{Sheet}” {Row}: {What}";

    /// <summary>Alters something by the seed.</summary>
    public static WorkbookAlteration Of(byte[] file, int seed)
    {
        Random random = new(seed);
        while (true)
        {
            WorkbookAlteration made = new(file, random) { Kind = (AlterationKind)random.Next(Enum.GetValues<AlterationKind>().Length) };
            if (made.Alter(file))
            {
                return made;
            }
        }
    }

    private bool Alter(byte[] file)
    {
        switch (Kind)
        {
            case AlterationKind.CutOff:
                File = file[.._random.Next(1, file.Length)];
                return true;
            case AlterationKind.SheetRenamed or AlterationKind.SheetsSwapped or AlterationKind.SheetRemoved or AlterationKind.SheetAdded:
                AlterSheets();
                break;
            default:
                if (!AlterRows(_sheets[_random.Next(_sheets.Length)]))
                {
                    return false;
                }

                break;
        }

        File = Written();
        return true;
    }

    private void AlterSheets()
    {
        int at = _random.Next(_sheets.Length);
        XElement sheet = _sheets[at];
        Sheet = sheet.Attribute("name")!.Value;
        switch (Kind)
        {
            case AlterationKind.SheetRenamed:
                Sheet += "x";
                sheet.SetAttributeValue("name", Sheet);
                break;
            case AlterationKind.SheetsSwapped:
                XElement other = _sheets[(at + 1 + _random.Next(_sheets.Length - 1)) % _sheets.Length];
                XElement[] order = [.. _sheets.Select(each => each == sheet ? other : each == other ? sheet : each)];
                sheet.Parent!.ReplaceNodes(order.Select(each => new XElement(each)));
                What = other.Attribute("name")!.Value;
                break;
            case AlterationKind.SheetRemoved:
                sheet.Remove();
                break;
            default:
                XElement copy = new(sheet);
                Sheet = "多出来的";
                copy.SetAttributeValue("name", Sheet);
                copy.SetAttributeValue("sheetId", 999);
                sheet.AddAfterSelf(copy);
                break;
        }

        _parts["xl/workbook.xml"] = Bytes(_workbook);
    }

    private bool AlterRows(XElement sheet)
    {
        string path = PathOf(sheet);
        XDocument drawn = Read(path);
        XElement[] rows = [.. drawn.Descendants(Main + "row").Where(row => row.Elements(Main + "c").Any(Holds))];
        if (rows.Length < 3)
        {
            return false;
        }

        Sheet = sheet.Attribute("name")!.Value;
        int at = _random.Next(rows.Length - 1);
        XElement row = rows[at];
        Row = Number(row);
        switch (Kind)
        {
            case AlterationKind.RowDeleted:
                row.Remove();
                Shift(rows.Skip(at + 1), -1);
                break;
            case AlterationKind.RowEmptied:
                row.Elements(Main + "c").Elements().Remove();
                break;
            case AlterationKind.RowRepeated:
                row.AddAfterSelf(new XElement(row));
                Shift(rows.Skip(at + 1).Append((XElement)row.NextNode!), 1);
                break;
            case AlterationKind.RowsSwapped:
                XElement next = rows[at + 1];
                (XElement one, XElement two) = (new(row), new(next));
                if (string.Concat(one.Elements(Main + "c").Select(Shown)) == string.Concat(two.Elements(Main + "c").Select(Shown)))
                {
                    return false;
                }

                Renumber(one, Number(next));
                Renumber(two, Number(row));
                row.ReplaceWith(two);
                next.ReplaceWith(one);
                break;
            default:
                if (!AlterCell(row))
                {
                    return false;
                }

                break;
        }

        _parts[path] = Bytes(drawn);
        return true;
    }

    private bool AlterCell(XElement row)
    {
        XElement[] cells = [.. row.Elements(Main + "c")];
        XElement[] suited = [.. cells.Where(cell => Kind switch
        {
            AlterationKind.Text => cell.Attribute("t") is not null && Holds(cell),
            AlterationKind.Number => cell.Attribute("t") is null && cell.Element(Main + "v") is not null,
            AlterationKind.Cleared => Holds(cell),
            _ => !Holds(cell),
        })];
        if (Kind == AlterationKind.Added && suited.Length == 0)
        {
            string last = cells[^1].Attribute("r")!.Value;
            XElement added = new(Main + "c", new XAttribute("r", (last[0] == 'Z' ? "AZ" : (char)(last[0] + 1) + last[1..^Digits(last)]) + Number(row)));
            if (last.Length - Digits(last) != 1 || last[0] == 'Z')
            {
                return false;
            }

            cells[^1].AddAfterSelf(added);
            suited = [added];
        }

        if (suited.Length == 0)
        {
            return false;
        }

        XElement cell = suited[_random.Next(suited.Length)];
        What = $"{cell.Attribute("r")!.Value} {Shown(cell)}";
        if (Kind == AlterationKind.Number)
        {
            decimal number = decimal.Parse(cell.Element(Main + "v")!.Value, NumberStyles.Float, CultureInfo.InvariantCulture);
            number = _random.Next(3) switch { 0 => number + 0.01m, 1 => -number - 1, _ => number + 1 };
            cell.Element(Main + "v")!.Value = number.ToString(CultureInfo.InvariantCulture);
            return true;
        }

        string text = Kind == AlterationKind.Cleared ? "" : Kind == AlterationKind.Added ? "x" : "改" + _random.Next(1000);
        cell.Elements().Remove();
        cell.SetAttributeValue("t", text.Length == 0 ? null : "inlineStr");
        if (text.Length > 0)
        {
            cell.Add(new XElement(Main + "is", new XElement(Main + "t", text)));
        }

        return true;
    }

    private static int Digits(string place) => place.Count(char.IsAsciiDigit);

    private string PathOf(XElement sheet)
    {
        string id = sheet.Attribute(Links + "id")!.Value;
        string target = Read("xl/_rels/workbook.xml.rels").Root!.Elements().Single(link => link.Attribute("Id")!.Value == id).Attribute("Target")!.Value;
        return target.StartsWith('/') ? target[1..] : "xl/" + target;
    }

    private static bool Holds(XElement cell) => cell.Element(Main + "v") is { Value.Length: > 0 } || cell.Element(Main + "is") is { Value.Length: > 0 };

    private static string Shown(XElement cell) => cell.Value;

    private static int Number(XElement row) => int.Parse(row.Attribute("r")!.Value, CultureInfo.InvariantCulture);

    private static void Shift(IEnumerable<XElement> rows, int by)
    {
        foreach (XElement row in rows)
        {
            Renumber(row, Number(row) + by);
        }
    }

    private static void Renumber(XElement row, int number)
    {
        row.SetAttributeValue("r", number);
        foreach (XElement cell in row.Elements(Main + "c"))
        {
            string place = cell.Attribute("r")!.Value;
            cell.SetAttributeValue("r", place[..^Digits(place)] + number.ToString(CultureInfo.InvariantCulture));
        }
    }

    private XDocument Read(string part) => XDocument.Load(new MemoryStream(_parts[part]), LoadOptions.PreserveWhitespace);

    private static byte[] Bytes(XDocument part)
    {
        using MemoryStream bytes = new();
        part.Save(bytes, SaveOptions.DisableFormatting);
        return bytes.ToArray();
    }

    private byte[] Written()
    {
        using MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in _parts)
            {
                using Stream into = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                into.Write(bytes);
            }
        }

        return file.ToArray();
    }
}
