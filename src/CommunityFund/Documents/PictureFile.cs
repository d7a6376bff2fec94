using CommunityFund.Books;

namespace CommunityFund.Documents;

/// <summary>
/// Photos and scans, walked from part to part to their end. Nothing is drawn here, so a picture that would be too large to draw
/// harms nobody but is of no use either.
/// </summary>
internal static class PictureFile
{
    private const long MostPixels = 200_000_000;
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];
    private static readonly byte[] EndOfJpeg = [0xff, 0xd9];
    private static readonly string[] HeicBrands = ["heic", "heix", "heim", "heis", "hevc", "mif1", "msf1"];

    public static bool Begins(ReadOnlySpan<byte> bytes) => IsPng(bytes) || IsJpeg(bytes) || IsHeic(bytes);

    public static FileKind See(ReadOnlySpan<byte> bytes, string name)
    {
        if (Bytes.HoldsPage(bytes) || Bytes.EndsAsZip(bytes) || bytes.IndexOf("%PDF-"u8) >= 0)
        {
            throw SeenDocument.No(SeenDocument.TwoFaces, name);
        }

        (FileKind format, long pixels) = IsPng(bytes) ? (FileKind.Png, PngPixels(bytes))
            : IsJpeg(bytes) ? (FileKind.Jpeg, JpegPixels(bytes))
            : (FileKind.Heic, HeicIsWhole(bytes) ? 1 : 0);
        return pixels switch
        {
            <= 0 => throw SeenDocument.No(SeenDocument.Broken, name),
            > MostPixels => throw SeenDocument.No(SeenDocument.Bomb, name),
            _ => format,
        };
    }

    private static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Png);

    private static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes.Length > 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff;

    private static bool IsHeic(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 16 && bytes[4..8].SequenceEqual("ftyp"u8) && HeicBrands.Contains(System.Text.Encoding.Latin1.GetString(bytes[8..12]));

    /// <summary>From chunk to chunk to IEND, which must be the last; 0 if it is not whole.</summary>
    private static long PngPixels(ReadOnlySpan<byte> bytes)
    {
        long pixels = 0;
        for (long at = 8; at + 12 <= bytes.Length;)
        {
            long length = Bytes.ReadUInt32(bytes, (int)at);
            ReadOnlySpan<byte> kind = bytes.Slice((int)at + 4, 4);
            if (at == 8 && kind.SequenceEqual("IHDR"u8) && length == 13)
            {
                pixels = Bytes.ReadUInt32(bytes, 16) * Bytes.ReadUInt32(bytes, 20);
            }

            at += length + 12;
            if (kind.SequenceEqual("IEND"u8))
            {
                return at == bytes.Length ? pixels : 0;
            }
        }

        return 0;
    }

    /// <summary>From segment to segment to the picture itself, whose size comes before it; phones may write more behind its
    /// end, such as a moving picture.</summary>
    private static long JpegPixels(ReadOnlySpan<byte> bytes)
    {
        long pixels = 0;
        for (int at = 2; at + 4 <= bytes.Length && bytes[at] == 0xff;)
        {
            int marker = bytes[at + 1];
            if (marker == 0xff)
            {
                at++;
                continue;
            }

            int length = Bytes.ReadUInt16(bytes, at + 2);
            if (length < 2 || at + 2 + length > bytes.Length)
            {
                return 0;
            }

            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                pixels = (long)Bytes.ReadUInt16(bytes, at + 5) * Bytes.ReadUInt16(bytes, at + 7);
            }

            at += 2 + length;
            if (marker == 0xda)
            {
                return bytes[at..].IndexOf(EndOfJpeg) >= 0 ? pixels : 0;
            }
        }

        return 0;
    }

    /// <summary>From box to box to the end, with the one that says what the picture is.</summary>
    private static bool HeicIsWhole(ReadOnlySpan<byte> bytes)
    {
        bool told = false;
        long at = 0;
        while (at + 8 <= bytes.Length)
        {
            long length = Bytes.ReadUInt32(bytes, (int)at);
            length = length switch
            {
                0 => bytes.Length - at,
                1 when Bytes.ReadUInt32(bytes, (int)at + 8) == 0 => Bytes.ReadUInt32(bytes, (int)at + 12),
                _ => length,
            };
            told |= bytes.Slice((int)at + 4, 4).SequenceEqual("meta"u8);
            if (length < 8)
            {
                return false;
            }

            at += length;
        }

        return told && at == bytes.Length;
    }
}
