using System.IO.Compression;
using System.Text;
using CommunityFund.Demo;

namespace CommunityFund.Tests.Documents;

/// <summary>Small files of every kind, whole and spoilt.</summary>
public static class Samples
{
    public const string InvoiceNumber = "26332000000123456789";

    public static byte[] Pdf(string words = "发票") => DemoPaper.Pdf("电子发票", words);

    public static byte[] Png(int seed = 1) => DemoPaper.Picture(seed);

    public static byte[] Jpeg { get; } =
    [
        0xff, 0xd8, 0xff, 0xe0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0,
        0xff, 0xc0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3, 4, 0xff, 0xd9,
    ];

    public static byte[] Heic { get; } =
        [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8, 0, 0, 0, 12, .. "meta"u8, 0, 0, 0, 0, 0, 0, 0, 12, .. "mdat"u8, 1, 2, 3, 4];

    public static byte[] Xml { get; } = Encoding.UTF8.GetBytes(
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><EInvoice><Header><EIid>{InvoiceNumber}</EIid></Header><Total>980.00</Total></EInvoice>");

    public static byte[] Ofd(string number = InvoiceNumber) => Zip(
        ("OFD.xml", $"<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CustomData Name=\"发票号码\">{number}</ofd:CustomData></ofd:OFD>"),
        ("Doc_0/Document.xml", "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"/>"));

    public static byte[] Xlsx(params (string Name, string Text)[] more) =>
        Zip([("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<workbook/>"), .. more]);

    public static byte[] Docx(params (string Name, string Text)[] more) =>
        Zip([("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<document/>"), .. more]);

    public static byte[] Zip(params (string Name, string Text)[] entries) =>
        Zip(entries.Select(entry => (entry.Name, Encoding.UTF8.GetBytes(entry.Text))).ToArray());

    public static byte[] Zip(params (string Name, byte[] Bytes)[] entries)
    {
        using MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in entries)
            {
                using Stream entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
                entry.Write(bytes);
            }
        }

        return packed.ToArray();
    }

    /// <summary>A PDF that is whole but for what is put into its middle.</summary>
    public static byte[] PdfWith(params byte[] inside) =>
        [.. "%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"u8, .. inside, .. "\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"u8];

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>The sign scanners are tested with, in halves, or they would take this file away.</summary>
    public static string TestVirus => "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*";

    /// <summary>Object streams of a PDF, packed as writers pack them.</summary>
    public static byte[] Packed(string objects)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(Text(objects));
        }

        return [.. "2 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n"u8, .. packed.ToArray(), .. "\nendstream\nendobj\n"u8];
    }
}
