using System.IO.Compression;
using System.Xml;

namespace CommunityFund.Books;

/// <summary>
/// The parts of a workbook as an untrusted file has them: which sheets there are and where, and their texts. Nothing is unpacked before it
/// is asked for, and nothing is unpacked without bound. What is wrong with it is said by exceptions of many kinds.
/// </summary>
internal sealed class WorkbookFile : IDisposable
{
    private const int MostParts = 10_000, MostSheets = 1_000;

    // So many characters of texts that cells share: half a gigabyte of them in memory.
    private const long MostShared = 256L << 20;

    private const string Transitional = "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        Strict = "http://purl.oclc.org/ooxml/spreadsheetml/main";

    private static readonly XmlReaderSettings Careful = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
    };

    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _parts = new(StringComparer.OrdinalIgnoreCase);
    private readonly string? _textsPart;
    private IReadOnlyList<string>? _texts;

    public WorkbookFile(Stream workbook, WorkbookFile? like = null)
    {
        _zip = new ZipArchive(workbook, ZipArchiveMode.Read);
        Must(_zip.Entries.Count <= MostParts);
        foreach (ZipArchiveEntry part in _zip.Entries)
        {
            Must(_parts.TryAdd(part.FullName, part));
        }

        string main = Links("").First(link => link.Type.EndsWith("/officeDocument", StringComparison.Ordinal)).Target;
        (string Id, string Type, string Target)[] links = [.. Links(main)];
        _textsPart = links.FirstOrDefault(link => link.Type.EndsWith("/sharedStrings", StringComparison.Ordinal)).Target;
        Sheets = [.. SheetsOf(main, links)];
        _texts = like?.Texts;
    }

    /// <summary>Names and parts, in their order.</summary>
    public IReadOnlyList<(string Name, string Part)> Sheets { get; }

    /// <summary>Texts that cells name by number; read once they are asked for.</summary>
    public IReadOnlyList<string> Texts => _texts ??= _textsPart is null ? [] : ReadTexts(_textsPart);

    /// <summary>The XML of a part that says what sheets say, standing before its root.</summary>
    public XmlReader Open(string part)
    {
        ZipArchiveEntry entry = _parts.TryGetValue(part, out ZipArchiveEntry? found) ? found : throw new InvalidDataException();
        XmlReaderSettings settings = Careful.Clone();
        settings.NameTable = Known();
        return XmlReader.Create(new BoundedPart(entry.Open(), entry.CompressedLength), settings);
    }

    public void Dispose() => _zip.Dispose();

    /// <exception cref="InvalidDataException">It is not as it must be.</exception>
    public static void Must(bool holds)
    {
        if (!holds)
        {
            throw new InvalidDataException();
        }
    }

    /// <summary>Whether an element is one of ours, whatever it is called.</summary>
    public static bool IsOurs(XmlReader xml) => xml.NamespaceURI is Transitional or Strict;

    // Names that are in the table before a part is read are compared by reference.
    private static NameTable Known()
    {
        NameTable names = new();
        foreach (string name in new[] { Transitional, Strict, "worksheet", "sheetData", "row", "c", "v", "is", "t", "f", "r", "s" })
        {
            names.Add(name);
        }

        return names;
    }

    private IEnumerable<(string Name, string Part)> SheetsOf(string main, (string Id, string Type, string Target)[] links)
    {
        using XmlReader xml = Open(main);
        int sheets = 0;
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element || !IsOurs(xml))
            {
                continue;
            }

            if (xml.LocalName == "workbookPr")
            {
                // A calendar that begins in 1904 moves every day that is shown.
                Must(xml.GetAttribute("date1904") is not ("1" or "true"));
            }
            else if (xml.LocalName == "sheet" && xml.Depth == 2)
            {
                Must(++sheets <= MostSheets);
                string name = xml.GetAttribute("name") ?? throw new InvalidDataException();
                string id = "";
                for (bool more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
                {
                    id = xml.LocalName == "id" && xml.Prefix.Length > 0 ? xml.Value : id;
                }

                xml.MoveToElement();
                yield return (name, links.First(link => link.Id == id).Target);
            }
        }
    }

    /// <summary>What a part, or the package, leads to within it.</summary>
    private IEnumerable<(string Id, string Type, string Target)> Links(string part)
    {
        int slash = part.LastIndexOf('/') + 1;
        using XmlReader xml = Open($"{part[..slash]}_rels/{part[slash..]}.rels");
        while (xml.Read())
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "Relationship" } && xml.GetAttribute("TargetMode") != "External")
            {
                string target = xml.GetAttribute("Target") ?? "";
                List<string> steps = [];
                foreach (string step in (target.StartsWith('/') ? target[1..] : part[..slash] + target).Split('/'))
                {
                    if (step == "..")
                    {
                        Must(steps.Count > 0);
                        steps.RemoveAt(steps.Count - 1);
                    }
                    else if (step != ".")
                    {
                        steps.Add(step);
                    }
                }

                yield return (xml.GetAttribute("Id") ?? "", xml.GetAttribute("Type") ?? "", string.Join('/', steps));
            }
        }
    }

    private List<string> ReadTexts(string part)
    {
        List<string> texts = [];
        long length = 0;
        SheetTexts text = new();
        using XmlReader xml = Open(part);
        xml.MoveToContent();
        while (xml.Read())
        {
            if (xml is { NodeType: XmlNodeType.Element, Depth: 1, LocalName: "si" })
            {
                texts.Add(text.Read(xml));
                length += texts[^1].Length + 16;
                Must(length <= MostShared);
            }
        }

        return texts;
    }
}

/// <summary>An unpacked part that ends when it grows out of all proportion, or goes on for long without an element beginning or ending.
/// </summary>
internal sealed class BoundedPart(Stream part, long packed) : Stream
{
    // Sheets of many rows that are alike are packed to a fiftieth; an XML reader keeps a name or attribute in memory as long as it is.
    private const long Free = 64L << 20, Ratio = 300, LongestRun = 1 << 20;

    private long _read, _run;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = part.Read(buffer);
        _read += count;
        int mark = buffer[..count].LastIndexOfAny((byte)'<', (byte)'>');
        _run = mark < 0 ? _run + count : count - mark;
        WorkbookFile.Must(_run <= LongestRun && (_read <= Free || _read / Ratio <= packed));
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            part.Dispose();
        }

        base.Dispose(disposing);
    }
}
