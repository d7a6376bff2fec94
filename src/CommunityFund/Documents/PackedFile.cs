using System.IO.Compression;
using System.Text;
using CommunityFund.Books;

namespace CommunityFund.Documents;

/// <summary>
/// OFD, XLSX and DOCX are zip files. Every entry is unpacked once, counted while it comes and never written anywhere, so what
/// the file says of its own sizes does not matter.
/// </summary>
internal static class PackedFile
{
    private const int MostEntries = 2000, LargestUnpacked = 100 * 1024 * 1024, MostTimes = 200, AlwaysFine = 4 * 1024 * 1024;
    private static readonly string[] ActiveParts = ["vbaproject.bin", "vbadata.xml"];
    private static readonly string[] ActiveFolders = ["/macrosheets/", "/activex/", "/dialogsheets/"];
    private static readonly string[] ActiveWords = ["<ddeLink", "DDEAUTO", "macroEnabled", "relationships/attachedTemplate", "Kind.Script"];

    public static SeenDocument See(byte[] content, string name)
    {
        try
        {
            using ZipArchive zip = new(new MemoryStream(content), ZipArchiveMode.Read);
            return See(zip, content.Length, name);
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or NotSupportedException or IOException)
        {
            throw SeenDocument.No(SeenDocument.Broken, name);
        }
    }

    private static SeenDocument See(ZipArchive zip, int packed, string name)
    {
        if (zip.Entries.Count > MostEntries)
        {
            throw SeenDocument.No(SeenDocument.Bomb, name);
        }

        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        FileKind format = FormatOf(zip) ?? throw SeenDocument.No(SeenDocument.OtherKind, name);
        string? invoice = null;
        long unpacked = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (IsOddName(entry.FullName) || entry.IsEncrypted || !names.Add(entry.FullName))
            {
                throw SeenDocument.No(SeenDocument.Broken, name);
            }

            byte[] part = Unpack(entry, ref unpacked, packed, name);
            Look(part, entry.FullName, name);
            if (format == FileKind.Ofd && entry.FullName == "OFD.xml")
            {
                invoice = MarkupFile.InvoiceOf(part) ?? throw SeenDocument.No(SeenDocument.Broken, name);
            }
        }

        return new SeenDocument(format, string.IsNullOrEmpty(invoice) ? null : invoice);
    }

    private static FileKind? FormatOf(ZipArchive zip) =>
        zip.GetEntry("OFD.xml") is not null ? FileKind.Ofd
        : zip.GetEntry("[Content_Types].xml") is null ? null
        : zip.GetEntry("xl/workbook.xml") is not null ? FileKind.Xlsx
        : zip.GetEntry("word/document.xml") is not null ? FileKind.Docx
        : null;

    private static bool IsOddName(string entry) =>
        entry.Length is 0 or > 250 || entry.StartsWith('/') || entry.Contains('\\') || entry.Contains(':') || entry.Any(char.IsControl)
        || entry.Split('/').Contains("..");

    private static byte[] Unpack(ZipArchiveEntry entry, ref long unpacked, int packed, string name)
    {
        using MemoryStream part = new();
        using Stream stream = entry.Open();
        byte[] some = new byte[64 * 1024];
        for (int read; (read = stream.Read(some)) > 0;)
        {
            unpacked += read;
            if (unpacked > LargestUnpacked || (unpacked > AlwaysFine && unpacked / MostTimes > packed))
            {
                throw SeenDocument.No(SeenDocument.Bomb, name);
            }

            part.Write(some, 0, read);
        }

        return part.ToArray();
    }

    private static void Look(byte[] part, string entry, string name)
    {
        string low = $"/{entry.ToLowerInvariant()}";
        Bytes.ScannersSign(part, name);
        if (Bytes.IsProgram(part) || ActiveParts.Any(low.EndsWith) || ActiveFolders.Any(low.Contains)
            || (low.Contains("/embeddings/", StringComparison.Ordinal) && part.Length > 0))
        {
            throw SeenDocument.No(SeenDocument.Active, name);
        }

        if (part.AsSpan().StartsWith("PK\x03\x04"u8))
        {
            throw SeenDocument.No(SeenDocument.Packed, name);
        }

        if (low.EndsWith(".xml", StringComparison.Ordinal) || low.EndsWith(".rels", StringComparison.Ordinal))
        {
            if (ActiveWords.Any(word => part.AsSpan().IndexOf(Encoding.ASCII.GetBytes(word)) >= 0))
            {
                throw SeenDocument.No(SeenDocument.Active, name);
            }

            if (part.AsSpan().IndexOf("<!DOCTYPE"u8) >= 0 || part.AsSpan().IndexOf("<!ENTITY"u8) >= 0)
            {
                throw SeenDocument.No(SeenDocument.Bomb, name);
            }
        }
    }
}
