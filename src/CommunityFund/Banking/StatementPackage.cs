using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using ICSharpCode.SharpZipLib.Zip;
using Zip = ICSharpCode.SharpZipLib.Zip.ZipFile;

namespace CommunityFund.Banking;

/// <summary>
/// What a file holds: text, a workbook, or an archive of these. It is told by its bytes, never by its name. Everything that is
/// unpacked is counted while it is, whatever the archive says of itself.
/// </summary>
internal static class StatementPackage
{
    private const int MostEntries = 2_000;
    private const long MostUnpacked = 160L * 1024 * 1024, MostStrings = 64L * 1024 * 1024, MostRatio = 100, RatioFrom = 8L * 1024 * 1024;
    private const long MostInArchive = 80L * 1024 * 1024;
    private const int MostFilesInside = 20;

    // The end of an archive is 22 bytes and a comment.
    private const int LongestEnd = 22 + ushort.MaxValue;
    private static readonly byte[] OldWorkbook = [0xD0, 0xCF, 0x11, 0xE0];

    /// <summary>The tables of a file; one of an archive's own or of several, if none was chosen.</summary>
    /// <exception cref="RefusedException">bank.* says why nothing of it can be read.</exception>
    public static IReadOnlyList<StatementSheet> Sheets(StatementBytes content, string fileName, string? encoding)
    {
        if (!IsArchive(content) || IsWorkbook(content))
        {
            return SheetsOf(content, "", fileName, encoding);
        }

        List<StatementSheet> all = [];
        RefusedException? first = null;
        foreach ((string name, byte[] inside) in Unpacked(content, fileName, password: null))
        {
            try
            {
                all.AddRange(SheetsOf(inside, $"{name} › ", name, encoding));
            }
            catch (RefusedException refused)
            {
                first ??= refused;
            }
        }

        return all.Count > 0 ? all : throw first ?? new RefusedException(StatementRefusal.NothingInside, ("file", fileName));
    }

    /// <summary>The same archive without its password: what waits for the import must not ask for it again. Other files stay as
    /// they are.</summary>
    public static StatementBytes Opened(StatementBytes content, string fileName, string? password)
    {
        if (!IsArchive(content) || IsWorkbook(content) || !IsLocked(content, fileName))
        {
            return content;
        }

        using MemoryStream opened = new();
        using (ZipArchive plain = new(opened, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] inside) in Unpacked(content, fileName, password))
            {
                using Stream entry = plain.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(inside);
            }
        }

        return opened.ToArray();
    }

    private static IReadOnlyList<StatementSheet> SheetsOf(StatementBytes content, string prefix, string fileName, string? encoding)
    {
        if (content.Head(OldWorkbook.Length).AsSpan().StartsWith(OldWorkbook))
        {
            return WorkbookSheet.All(content, prefix, fileName);
        }

        if (IsArchive(content))
        {
            CountInside(content, fileName);
            return IsWorkbook(content) ? WorkbookSheet.All(content, prefix, fileName) : throw StatementText.Unreadable(fileName);
        }

        StatementText text = StatementText.Of(content, fileName, encoding);
        string name = prefix.TrimEnd(' ', '›');
        return MarkupSheet.IsMarkup(content, text) ? [new MarkupSheet(name, content, text)] : [new TextSheet(name, content, text)];
    }

    private static bool IsArchive(StatementBytes content) => content.Head(4).AsSpan().StartsWith("PK\u0003\u0004"u8);

    private static bool IsWorkbook(StatementBytes content)
    {
        RefuseManyEntries(content);
        try
        {
            using ZipArchive archive = new(content.Open(), ZipArchiveMode.Read);
            return archive.Entries.Any(entry => entry.FullName.StartsWith("xl/work", StringComparison.OrdinalIgnoreCase));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Reads a workbook's parts once to nowhere, before a library keeps them.</summary>
    private static void CountInside(StatementBytes content, string fileName)
    {
        RefuseManyEntries(content);
        long unpacked = 0;
        byte[] scratch = new byte[64 * 1024];
        Guarded(fileName, () =>
        {
            using ZipArchive archive = new(content.Open(), ZipArchiveMode.Read);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                long left = entry.Name.Contains("sharedStrings", StringComparison.OrdinalIgnoreCase) ? MostStrings : MostUnpacked;
                using Stream part = entry.Open();
                for (int read; (read = part.Read(scratch)) > 0;)
                {
                    (unpacked, left) = (unpacked + read, left - read);
                    RefuseTooMuch(left < 0 ? long.MaxValue : unpacked, content.Length);
                }
            }

            return true;
        });
    }

    /// <summary>The files of an archive that may be statements, one at a time in memory.</summary>
    private static IEnumerable<(string Name, byte[] Content)> Unpacked(StatementBytes content, string fileName, string? password)
    {
        RefuseManyEntries(content);
        using Zip archive = Guarded(fileName, () => OpenArchive(content, password));
        int inside = 0;
        long unpacked = 0;
        foreach (ZipEntry entry in Entries(archive))
        {
            string name = StatementCell.Shorten(PlainText.Of(entry.Name.Replace('\\', '/').Split('/')[^1]), 80);
            if (!entry.IsFile || name.Length == 0 || name.StartsWith('.') || ++inside > MostFilesInside)
            {
                continue;
            }

            if (entry.IsCrypted && string.IsNullOrEmpty(password))
            {
                throw new RefusedException(StatementRefusal.ArchiveLocked, ("file", fileName));
            }

            byte[] bytes = entry.IsCrypted ? Unlocked(fileName, () => Bytes(archive, entry, content.Length))
                : Guarded(fileName, () => Bytes(archive, entry, content.Length));
            unpacked += bytes.Length;
            RefuseTooMuch(unpacked > MostInArchive ? long.MaxValue : unpacked, content.Length);
            yield return (name, bytes);
        }
    }

    private static IEnumerable<ZipEntry> Entries(Zip archive) =>
        archive.Cast<ZipEntry>().OrderBy(entry => BankVocabulary.SummaryNames.Any(word =>
            entry.Name.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private static Zip OpenArchive(StatementBytes content, string? password)
    {
        // Names without the mark of UTF-8 are in GBK when Chinese programs wrote them.
        Encoding names = CodePagesEncodingProvider.Instance.GetEncoding(54936) ?? Encoding.UTF8;
        return new Zip(content.Open(), leaveOpen: false, StringCodec.FromEncoding(names))
        {
            Password = password,
        };
    }

    private static bool IsLocked(StatementBytes content, string fileName)
    {
        RefuseManyEntries(content);
        return Guarded(fileName, () =>
        {
            using Zip archive = OpenArchive(content, null);
            return archive.Cast<ZipEntry>().Any(entry => entry.IsCrypted);
        });
    }

    private static byte[] Bytes(Zip archive, ZipEntry entry, long packed)
    {
        using Stream stream = archive.GetInputStream(entry);
        using MemoryStream bytes = new();
        byte[] scratch = new byte[64 * 1024];
        for (int read; (read = stream.Read(scratch, 0, scratch.Length)) > 0;)
        {
            bytes.Write(scratch, 0, read);
            RefuseTooMuch(bytes.Length, packed);
            if (bytes.Length > StatementFile.LargestBytes)
            {
                throw new RefusedException(StatementRefusal.FileTooLarge, ("megabytes", StatementFile.LargestBytes / 1024 / 1024));
            }
        }

        return bytes.ToArray();
    }

    private static void RefuseTooMuch(long unpacked, long packed)
    {
        if (unpacked > MostUnpacked || (unpacked > RatioFrom && unpacked > packed * MostRatio))
        {
            throw new RefusedException(StatementRefusal.TooMuchInside, ("megabytes", MostUnpacked / 1024 / 1024));
        }
    }

    /// <summary>By what the archive's end says, before a library reads its list of entries.</summary>
    private static void RefuseManyEntries(StatementBytes content)
    {
        byte[] tail = content.Tail(LongestEnd);
        int end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end >= 0 && end + 12 <= tail.Length && BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10)) > MostEntries)
        {
            throw new RefusedException(StatementRefusal.TooMuchInside, ("megabytes", MostUnpacked / 1024 / 1024));
        }
    }

    private static T Unlocked<T>(string fileName, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not (RefusedException or OutOfMemoryException))
        {
            throw new RefusedException(StatementRefusal.WrongPassword, ("file", fileName));
        }
    }

    private static T Guarded<T>(string fileName, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not (RefusedException or OutOfMemoryException))
        {
            throw StatementText.Unreadable(fileName);
        }
    }
}
