using System.Globalization;
using System.IO.Compression;
using System.Text;
using static CommunityFund.Tests.Banking.StatementNotation;

namespace CommunityFund.Tests.Banking;

/// <summary>Files that somebody might send to break the reader, made by code from one seed.</summary>
internal static class HostileFiles
{
    public const int Seed = 20260301;
    private const string Line = "20260301,1.00,,,甲,捐\n";

    /// <summary>Each with a name that says what is wrong with it.</summary>
    public static IEnumerable<(string Name, Func<byte[]> Make)> All =>
        [.. Texts().Select(text => (text.Name, new Func<byte[]>(() => Encoding.UTF8.GetBytes(text.Make())))), .. Bytes(), .. Archives(), .. Workbooks(), .. Mutations()];

    private static IEnumerable<(string Name, Func<string> Make)> Texts() =>
    [
        ("nothing", () => ""), ("spaces", () => new string(' ', 100_000)), ("NUL alone", () => "\0\0\0"), ("a mark alone", () => "\uFEFF"),
        ("100,000 columns", () => new string(',', 100_000)), ("a header of 100,000 columns", () => string.Join(',', Enumerable.Repeat("金额", 100_000))),
        ("a header of 9,000 columns", () => string.Join(',', Enumerable.Repeat("金额", 9_000)) + "\n" + new string(',', 9_000)),
        ("600 columns below a header", () => $"{Header}\n20260301,1.00,,,{new string(',', 600)}x\n"),
        ("a line of ten megabytes", () => new string('a', 10_000_000)), ("a cell of ten megabytes", () => $"{Header}\n20260301,1.00,,,\"{new string('a', 10_000_000)}\","),
        ("ten megabytes of quotes", () => new string('"', 10_000_000)), ("quotes that never close", () => $"{Header}\n" + string.Concat(Enumerable.Repeat("20260301,1.00,,,\"甲,捐\n", 20_000))),
        ("a quote before everything", () => $"\"{Header}\n{Line}"), ("commas alone", () => string.Concat(Enumerable.Repeat(",,,,\n", 100_000))),
        ("lines that end in CR alone", () => $"{Header}\r20260301,1.00,,,甲,捐\r"), ("NUL in the middle", () => $"{Header}\n20260301,1.00,,,甲\0,捐\n"),
        ("control characters", () => $"{Header}\n20260301,1.00,,,\u0001\u0002\u0007\u001B[2J甲,\u202E捐\n"), ("formulas", () => $"{Header}\n20260301,1.00,,,=cmd|' /C calc'!A0,@SUM(A1)\n"),
        ("more money than there is", () => $"{Header}\n20260301,{new string('9', 3_000)},,,甲,捐\n"), ("the year 9999", () => $"{Header}\n99991231,1.00,,,甲,捐\n"),
        ("400,000 lines", () => Header + "\n" + string.Concat(Enumerable.Repeat(Line, 400_000))), ("a million blank lines", () => new string('\n', 1_000_000) + Header),
        ("blank lines between", () => Header + new string('\n', 1_000_000) + Line), ("a header and nothing", () => Header), ("the header 20,000 times", () => string.Concat(Enumerable.Repeat(Header + "\n", 20_000))),
        ("a thousand delimiters of each kind", () => string.Concat(",;\t|^".SelectMany(c => new string(c, 1_000)))), ("a tag that never ends", () => "<html>" + new string('<', 1_000_000)),
        ("a page of a million tables", () => "<html>" + string.Concat(Enumerable.Repeat("<table><tr><td>", 200_000))),
        ("a page with a script", () => $"<html><script>alert(1)</script><table><tr><td>{Header.Replace(",", "</td><td>")}</td></tr></table></html>"),
        ("a page of a wide row", () => "<html><table><tr>" + string.Concat(Enumerable.Repeat("<td>1</td>", 100_000)) + "</tr></table>"),
        ("billion laughs", () => Laughs("workbook")), ("an entity from a file", () => Entity("Workbook")),
        ("a cell numbered a billion", () => "<?xml version=\"1.0\"?><Workbook><Row><Cell ss:Index=\"999999999\"><Data>1</Data></Cell></Row></Workbook>"),
        ("brackets in a header", () => new string('(', 30_000) + ",金额,日期\n"), ("a JSON", () => "{\"a\":[1,2,3]}"), ("a program", () => "MZ\u0090\0\u0003"),
    ];

    private static IEnumerable<(string Name, Func<byte[]> Make)> Bytes() =>
    [
        ("UTF-16 without a mark", () => Encoding.Unicode.GetBytes($"{Header}\n{Line}")), ("UTF-16 cut in a character", () => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Header)[..^1]]),
        ("UTF-16 with half a pair", () => [0xFF, 0xFE, 0x00, 0xD8, 0x2C, 0x00]), ("UTF-8 cut in a character", () => Encoding.UTF8.GetBytes($"{Header}\n20260301,1.00,,,甲,捐")[..^1]),
        ("GB18030 cut in a character", () => Sample("ccb-corporate-2026.csv")[..2_001]), ("UTF-32", () => Encoding.UTF32.GetBytes($"\uFEFF{Header}\n{Line}")),
        ("two encodings", () => [.. Encoding.UTF8.GetBytes(Header), (byte)'\n', .. Sample("ccb-corporate-2026.csv")]), ("noise", () => Noise(1, 1_000_000)), ("noise behind a header", () => [.. Encoding.UTF8.GetBytes(Header + "\n"), .. Noise(2, 100_000)]),
        ("a PDF", () => "%PDF-1.7"u8.ToArray()), ("a picture", () => [0x89, .. "PNG\r\n\u001a\n"u8]), ("a RAR", () => "Rar!\u001a\u0007"u8.ToArray()), ("a gzip", () => [0x1F, 0x8B, 8, 0]), ("a 7z", () => [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C]),
    ];

    private static IEnumerable<(string Name, Func<byte[]> Make)> Archives() =>
    [
        ("a zip bomb", () => Packed(("a.csv", new byte[150_000_000]))), ("a bomb of many small files", () => Packed([.. Enumerable.Range(0, 20).Select(i => ($"{i}.csv", new byte[12_000_000]))])),
        ("a zip in a zip in a zip", () => Packed(("a.zip", Packed(("b.zip", Packed(("c.csv", Encoding.UTF8.GetBytes(Header)))))))), ("2,001 entries", () => Packed([.. Enumerable.Range(0, 2_001).Select(i => ($"{i}.csv", Array.Empty<byte>()))])),
        ("names that climb out", () => Packed(("../../../etc/流水.csv", Encoding.UTF8.GetBytes($"{Header}\n{Line}")), ("/etc/passwd", "x"u8.ToArray()))), ("folders alone", () => Packed(("a/", []), ("b/", []))),
        ("a name of 60,000 letters", () => Packed((new string('a', 60_000), Encoding.UTF8.GetBytes($"{Header}\n{Line}")))), ("a locked archive", () => Archive("x", ("a.csv", [1, 2, 3]))),
        ("a cut archive", () => Packed(("a.csv", Sample("ccb-corporate-2026.csv")))[..^40]), ("an archive that lies about sizes", Lying), ("an archive's beginning alone", () => "PK\u0003\u0004"u8.ToArray()), ("the same name twice", () => Packed(("a.csv", "x"u8.ToArray()), ("a.csv", "y"u8.ToArray()))),
    ];

    private static IEnumerable<(string Name, Func<byte[]> Make)> Workbooks()
    {
        string row = $"<row r=\"1\">{string.Concat(Header.Split(',').Select((name, i) => Cell($"{(char)('A' + i)}1", name)))}</row>";
        string line = $"<row r=\"2\">{string.Concat(Line.Trim().Split(',').Select((cell, i) => Cell($"{(char)('A' + i)}2", cell)))}</row>";
        return
        [
            ("a sheet that says it is full", () => Book($"<dimension ref=\"A1:XFD1048576\"/><sheetData>{row}{line}</sheetData>")), ("a cell in the last corner", () => Book($"<sheetData>{row}{line}<row r=\"1048576\">{Cell("XFD1048576", "x")}</row></sheetData>")),
            ("a cell beyond the last corner", () => Book($"<sheetData>{row}<row r=\"99999999\">{Cell("ZZZZZZ99999999", "x")}</row></sheetData>")), ("billion laughs in a sheet", () => Book("", raw: Laughs("worksheet"))), ("an entity in shared strings", () => Book($"<sheetData>{row}</sheetData>", strings: Entity("sst"))),
            ("a shared string that is not there", () => Book("<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row></sheetData>")), ("broken shared strings", () => Book($"<sheetData>{row}</sheetData>", strings: "<sst><si><t>x")), ("a sheet that is no XML", () => Book("", raw: "]]>")),
            ("a sheet of spaces", () => Book($"<sheetData>{row}{new string(' ', 100_000_000)}</sheetData>")), ("many empty rows", () => Book($"<sheetData>{row}{string.Concat(Enumerable.Range(2, 200_000).Select(i => $"<row r=\"{i}\"/>"))}</sheetData>")),
            ("macros and links", () => Book($"<sheetData>{row}{line}</sheetData>", more: [("xl/vbaProject.bin", "x"), ("xl/externalLinks/externalLink1.xml", "<externalLink/>")])), ("a workbook without sheets", () => Packed(("[Content_Types].xml", "<Types/>"u8.ToArray()), ("xl/workbook.xml", "<workbook/>"u8.ToArray()))),
            ("a workbook of 2,001 parts", () => Book($"<sheetData>{row}</sheetData>", more: [.. Enumerable.Range(0, 2_001).Select(i => ($"xl/media/{i}", "x"))])), ("a cut workbook", () => Book($"<sheetData>{row}{line}</sheetData>")[..^200]), ("numbers that are none", () => Book($"<sheetData>{row}<row r=\"2\"><c r=\"A2\"><v>1e999</v></c><c r=\"B2\"><v>NaN</v></c></row></sheetData>")),
            ("deep XML", () => Book("", raw: string.Concat(Enumerable.Repeat("<a>", 200_000)))), ("an old workbook's mark alone", () => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]), ("an old workbook of noise", () => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. Noise(3, 20_000)]), ("a cut old workbook", () => Sample("ccb-corporate-2026.xls")[..9_000]),
        ];
    }

    private static IEnumerable<(string Name, Func<byte[]> Make)> Mutations()
    {
        Func<byte[]>[] whole = [() => Sample("ccb-corporate-2026.xls"), () => Workbook(("明细", CcbCells())), () => Archive(null, ("a.csv", Sample("ccb-corporate-2026.csv"))), () => Page(CcbCells())];
        return whole.SelectMany((make, kind) => Enumerable.Range(0, 25).Select(i => ($"damage {kind}.{i}", new Func<byte[]>(() => Damaged(make(), new Random(Seed + (kind * 100) + i))))));
    }

    private static byte[] Damaged(byte[] bytes, Random random)
    {
        for (int blows = random.Next(1, 30); blows > 0; blows--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
        }

        return bytes;
    }

    private static byte[] Noise(int seed, int length)
    {
        byte[] noise = new byte[length];
        new Random(Seed + seed).NextBytes(noise);
        return noise;
    }

    private static string Laughs(string root) => $"<?xml version=\"1.0\"?><!DOCTYPE {root} [<!ENTITY a0 \"ha\">{string.Concat(Enumerable.Range(1, 30).Select(i =>
        $"<!ENTITY a{i} \"&a{i - 1};&a{i - 1};&a{i - 1};&a{i - 1};\">"))}]><{root}>&a30;</{root}>";

    private static string Entity(string root) =>
        $"<?xml version=\"1.0\"?><!DOCTYPE {root} [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><{root}><si><t>&x;</t></si></{root}>";

    private static string Cell(string at, string text) => $"<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>";

    private static byte[] Book(string sheet, string? raw = null, string? strings = null, (string Name, string Text)[]? more = null)
    {
        const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            Package = "http://schemas.openxmlformats.org/package/2006/relationships";
        (string Name, string Text)[] parts =
        [
            ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
            ("_rels/.rels", $"<Relationships xmlns=\"{Package}\"><Relationship Id=\"r1\" Type=\"{Office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
            ("xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Office}\"><sheets><sheet name=\"明细\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Package}\"><Relationship Id=\"r1\" Type=\"{Office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{Office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"),
            ("xl/worksheets/sheet1.xml", raw ?? $"<worksheet xmlns=\"{Main}\">{sheet}</worksheet>"), ("xl/sharedStrings.xml", strings ?? $"<sst xmlns=\"{Main}\"/>"), .. more ?? [],
        ];
        return Packed([.. parts.Select(part => (part.Name, Encoding.UTF8.GetBytes(part.Text)))]);
    }

    private static byte[] Packed(params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }

        return packed.ToArray();
    }

    // Every size in the archive's list and before its entries is a small one.
    private static byte[] Lying()
    {
        byte[] packed = Packed(("a.csv", new byte[60_000_000]));
        string hex = 60_000_000.ToString("X8", CultureInfo.InvariantCulture);
        byte[] size = [.. Convert.FromHexString(hex).Reverse()];
        for (int at = packed.AsSpan().IndexOf(size); at >= 0; at = packed.AsSpan().IndexOf(size))
        {
            packed[at + 3] = packed[at + 2] = 0;
        }

        return packed;
    }
}
