using System.IO.Compression;
using System.Text;
using CommunityFund.Books;

namespace CommunityFund.Documents;

/// <summary>
/// PDF: begins and ends as one, and neither carries scripts nor starts programs, be it in the open or packed among its objects.
/// Embedded data files stay allowed: 电子凭证 carry their data that way. An encrypted bank slip is taken as it is.
/// </summary>
internal static class PdfFile
{
    private const int LongestUnpacked = 40 * 1024 * 1024;
    private static readonly byte[][] Deeds = [.. ((string[])["/JavaScript", "/Launch"]).Select(Encoding.ASCII.GetBytes)];

    /// <summary>Readers take a PDF that begins within the first thousand bytes; here that is looked at, and refused.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, 1024)].IndexOf("%PDF-"u8) >= 0;

    public static FileKind See(ReadOnlySpan<byte> bytes, string name)
    {
        if (!bytes.StartsWith("%PDF-"u8) || Bytes.EndsAsZip(bytes))
        {
            throw SeenDocument.No(SeenDocument.TwoFaces, name);
        }

        if (bytes[^Math.Min(bytes.Length, 2048)..].LastIndexOf("%%EOF"u8) < 0)
        {
            throw SeenDocument.No(SeenDocument.Broken, name);
        }

        if (DoesSomething(bytes) || PackedObjectsDo(bytes, name))
        {
            throw SeenDocument.No(SeenDocument.Active, name);
        }

        return FileKind.Pdf;
    }

    /// <summary>Looks for the names of deeds; a name may be written with #6a for any of its letters.</summary>
    private static bool DoesSomething(ReadOnlySpan<byte> bytes)
    {
        Span<byte> plain = stackalloc byte[16];
        for (int at = bytes.IndexOf((byte)'/'); at >= 0;)
        {
            int length = Unescape(bytes[at..], plain);
            foreach (byte[] deed in Deeds)
            {
                if (length >= deed.Length && plain.StartsWith(deed) && (length == deed.Length || !IsOfName(plain[deed.Length])))
                {
                    return true;
                }
            }

            int next = bytes[(at + 1)..].IndexOf((byte)'/');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    private static int Unescape(ReadOnlySpan<byte> bytes, Span<byte> plain)
    {
        int length = 0;
        for (int at = 0; at < bytes.Length && length < plain.Length; length++)
        {
            bool isEscaped = bytes[at] == '#' && at + 2 < bytes.Length
                && char.IsAsciiHexDigit((char)bytes[at + 1]) && char.IsAsciiHexDigit((char)bytes[at + 2]);
            plain[length] = isEscaped ? Convert.FromHexString([(char)bytes[at + 1], (char)bytes[at + 2]])[0] : bytes[at];
            at += isEscaped ? 3 : 1;
        }

        return length;
    }

    private static bool IsOfName(byte next) => char.IsAsciiLetterOrDigit((char)next);

    /// <summary>Object streams hide names in compressed bytes; each is unpacked as far as there is room.</summary>
    private static bool PackedObjectsDo(ReadOnlySpan<byte> bytes, string name)
    {
        int room = LongestUnpacked;
        for (int at = 0; at < bytes.Length;)
        {
            int found = bytes[at..].IndexOf("/ObjStm"u8);
            if (found < 0)
            {
                return false;
            }

            at += found + 7;
            int stream = bytes[at..Math.Min(bytes.Length, at + 1024)].IndexOf("stream"u8);
            if (stream < 0)
            {
                continue;
            }

            int begins = at + stream + 6;
            while (begins < bytes.Length && bytes[begins] is (byte)'\r' or (byte)'\n')
            {
                begins++;
            }

            int ends = bytes[begins..].IndexOf("endstream"u8);
            byte[] unpacked = Unpack(bytes[begins..(ends < 0 ? bytes.Length : begins + ends)], room);
            room -= unpacked.Length;
            if (room <= 0)
            {
                throw SeenDocument.No(SeenDocument.Bomb, name);
            }

            if (DoesSomething(unpacked))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What cannot be unpacked is encrypted or broken, and no reader runs it either.</summary>
    private static byte[] Unpack(ReadOnlySpan<byte> packed, int room)
    {
        using MemoryStream unpacked = new();
        try
        {
            using ZLibStream stream = new(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            byte[] some = new byte[64 * 1024];
            for (int read; unpacked.Length < room && (read = stream.Read(some)) > 0;)
            {
                unpacked.Write(some, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            return unpacked.ToArray();
        }

        return unpacked.ToArray();
    }
}
