using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Xml.Linq;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Tests.Verification;

/// <summary>What somebody may do to a workbook who knows its form: a cell is changed, and everything that would betray it is made anew and
/// signed with a key of theirs.</summary>
internal sealed class ResealedWorkbook
{
    private static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static readonly XNamespace Links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private readonly Dictionary<string, byte[]> _parts = [];
    private readonly Dictionary<string, string> _paths = [];

    public ResealedWorkbook(byte[] file)
    {
        using ZipArchive zip = new(new MemoryStream(file), ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using MemoryStream part = new();
            using Stream from = entry.Open();
            from.CopyTo(part);
            _parts[entry.FullName] = part.ToArray();
        }

        Dictionary<string, string> targets = Read("xl/_rels/workbook.xml.rels").Root!.Elements()
            .ToDictionary(link => link.Attribute("Id")!.Value, link => link.Attribute("Target")!.Value);
        foreach (XElement sheet in Read("xl/workbook.xml").Descendants(Main + "sheet"))
        {
            string target = targets[sheet.Attribute(Links + "id")!.Value];
            _paths[sheet.Attribute("name")!.Value] = target.StartsWith('/') ? target[1..] : "xl/" + target;
        }
    }

    /// <summary>All numbers but zero of a sheet, by their rows and places.</summary>
    public IReadOnlyList<(int Row, string Place, decimal Number)> Numbers(string sheet) =>
    [
        .. from cell in Read(_paths[sheet]).Descendants(Main + "c")
           where cell.Attribute("t") is null && cell.Element(Main + "v") is not null
           let number = decimal.Parse(cell.Element(Main + "v")!.Value, NumberStyles.Float, CultureInfo.InvariantCulture)
           where number != 0
           select (int.Parse(cell.Parent!.Attribute("r")!.Value, CultureInfo.InvariantCulture), cell.Attribute("r")!.Value, number),
    ];

    /// <summary>All formulas of a sheet.</summary>
    public IReadOnlyList<(int Row, string Place, string Formula)> Formulas(string sheet) =>
    [
        .. from formula in Read(_paths[sheet]).Descendants(Main + "f")
           select (int.Parse(formula.Parent!.Parent!.Attribute("r")!.Value, CultureInfo.InvariantCulture), formula.Parent.Attribute("r")!.Value, formula.Value),
    ];

    /// <summary>The file with another formula in a cell, its value and everything else as it was.</summary>
    public byte[] WithFormula(string sheet, string place, string formula) => With(sheet, place, cell =>
    {
        cell.Elements(Main + "f").Remove();
        cell.AddFirst(new XElement(Main + "f", formula));
    });

    /// <summary>The file with a cell changed.</summary>
    public byte[] With(string sheet, string place, Action<XElement> change)
    {
        XDocument drawn = Read(_paths[sheet]);
        change(drawn.Descendants(Main + "c").Single(cell => cell.Attribute("r")!.Value == place));
        return Written(new Dictionary<string, byte[]> { [_paths[sheet]] = Bytes(drawn) });
    }

    /// <summary>The file with another number in a cell, sealed again by somebody else.</summary>
    public byte[] WithNumber(string sheet, string seal, int row, string place, decimal number)
    {
        XDocument drawn = Read(_paths[sheet]);
        XElement cell = drawn.Descendants(Main + "c").Single(each => each.Attribute("r")!.Value == place);
        cell.Element(Main + "v")!.Value = number.ToString(CultureInfo.InvariantCulture);
        Dictionary<string, byte[]> changed = new() { [_paths[sheet]] = Bytes(drawn) };
        List<(string Kind, string Name, long Row, string Value)> rows = Rows(seal);
        bool isDrawn = rows.Exists(each => each.Kind == "drawn" && each.Name == sheet);
        (string digest, string whole) = Digests(Written(changed), sheet, row, isDrawn);
        if (!isDrawn)
        {
            XElement check = drawn.Descendants(Main + "row").Single(each => each.Attribute("r")!.Value == row.ToString(CultureInfo.InvariantCulture))
                .Elements(Main + "c").Last();
            check.Descendants(Main + "t").Single().Value = digest;
            changed[_paths[sheet]] = Bytes(drawn);
        }

        for (int i = 0; i < rows.Count; i++)
        {
            rows[i] = rows[i] switch
            {
                { Kind: "drawn" or "sheet" } each when each.Name == sheet => each with { Value = whole },
                { Kind: "row" } each when each.Name == sheet && each.Row == row => each with { Value = digest },
                var each => each,
            };
        }

        changed[_paths[seal]] = Signed(seal, rows);
        return Written(changed);
    }

    private static (string Row, string Sheet) Digests(byte[] file, string sheet, int row, bool isDrawn)
    {
        using SheetReader reader = new(new MemoryStream(file));
        while (reader.NextSheet() && reader.Sheet != sheet)
        {
            continue;
        }

        RowDigest digest = new();
        using SheetDigest whole = new();
        string found = "";
        int check = isDrawn ? -1 : -2;
        while (reader.NextRow())
        {
            check = check == -2 ? reader.Width - 1 : check;
            if (reader.AddTo(digest, without: check))
            {
                byte[] bytes = digest.End();
                whole.Add(bytes);
                found = reader.Row == row ? RowDigest.ShownOf(bytes) : found;
            }
        }

        return (found, whole.End());
    }

    private List<(string Kind, string Name, long Row, string Value)> Rows(string seal)
    {
        List<(string, string, long, string)> rows = [];
        using SheetReader reader = new(new MemoryStream(Written(new Dictionary<string, byte[]>())));
        while (reader.NextSheet() && reader.Sheet != seal)
        {
            continue;
        }

        for (reader.NextRow(); reader.NextRow();)
        {
            rows.Add((reader.Text(0), reader.Text(1), (long)reader.Number(2)!.Value, reader.Text(3)));
        }

        return rows;
    }

    private byte[] Signed(string seal, List<(string Kind, string Name, long Row, string Value)> rows)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] info = key.ExportSubjectPublicKeyInfo();
        rows.RemoveAt(rows.Count - 1);
        rows[^1] = ("public-key", LogPublicKey.Read(info)!.Shown, 0, Convert.ToBase64String(info));
        rows.Add(("signature", "", 0, Convert.ToBase64String(key.SignData(WorkbookForm.Signed(rows), HashAlgorithmName.SHA256))));
        string[] heads = [.. Read(_paths[seal]).Descendants(Main + "row").First().Descendants(Main + "t").Select(text => text.Value)];
        RegisterColumn[] columns =
            [.. heads.Select((head, i) => new RegisterColumn(head, i == 2 ? RegisterKind.Whole : RegisterKind.Text, 12))];
        RowDigest digest = new();
        using MemoryStream into = new();
        new SheetXml(into, columns, new RegisterStyles(0, 0, 0, 0, 0, 0, 0, 0)).Write(rows.Select((row, i) =>
        {
            RegisterCell[] cells = [row.Kind, row.Name, row.Row, row.Value, default];
            digest.Begin(seal, i + 2);
            for (int column = 0; column < 4; column++)
            {
                digest.Add(column, columns[column].Kind, cells[column]);
            }

            cells[^1] = RowDigest.ShownOf(digest.End());
            return cells;
        }));
        return into.ToArray();
    }

    private XDocument Read(string part) => XDocument.Load(new MemoryStream(_parts[part]), LoadOptions.PreserveWhitespace);

    private static byte[] Bytes(XDocument part)
    {
        using MemoryStream bytes = new();
        part.Save(bytes, SaveOptions.DisableFormatting);
        return bytes.ToArray();
    }

    private byte[] Written(IReadOnlyDictionary<string, byte[]> changed)
    {
        using MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in _parts)
            {
                using Stream into = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                into.Write(changed.GetValueOrDefault(name, bytes));
            }
        }

        return file.ToArray();
    }
}
