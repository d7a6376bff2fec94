using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace CommunityFund.Demo;

/// <summary>Small real files for the demo's vouchers: PDF with text, and a picture of a till slip. Each says that it is a sample.</summary>
public static class DemoPaper
{
    private const int Width = 240, Height = 360;

    /// <summary>One page of A5 with a title and lines, in a Chinese font that every reader brings.</summary>
    public static byte[] Pdf(string title, params IReadOnlyList<string> lines)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"BT /F1 18 Tf 60 340 Td <{Hex(title)}> Tj /F1 11 Tf 0 -12 Td");
        foreach (string line in lines.Append("（演示样张，不作凭据）"))
        {
            text.Append(CultureInfo.InvariantCulture, $" 0 -24 Td <{Hex(line)}> Tj");
        }

        text.Append(" ET\n0.5 w 40 40 515 340 re S");
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 420] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            string.Create(CultureInfo.InvariantCulture, $"<< /Length {text.Length} >>\nstream\n{text}\nendstream"),
            "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
            "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] "
                + "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>",
            "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 "
                + "/Descent -120 /CapHeight 880 /StemV 93 >>",
        ];
        StringBuilder pdf = new("%PDF-1.4\n");
        List<int> places = [];
        for (int number = 1; number <= objects.Length; number++)
        {
            places.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{number} 0 obj\n{objects[number - 1]}\nendobj\n");
        }

        int table = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        places.ForEach(place => pdf.Append(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n"));
        pdf.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(pdf.ToString());
    }

    /// <summary>A till slip as a phone sees it: a pale strip with rows of print, each slip another.</summary>
    public static byte[] Picture(int seed)
    {
        using MemoryStream rows = new();
        using (ZLibStream packed = new(rows, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < Height; y++)
            {
                byte[] row = new byte[Width + 1];
                for (int x = 0; x < Width; x++)
                {
                    row[x + 1] = Shade(x, y, seed);
                }

                packed.Write(row);
            }
        }

        byte[] head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, Width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), Height);
        head[8] = 8; // bits of grey, and nothing else
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR", head), .. Chunk("IDAT", rows.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte Shade(int x, int y, int seed)
    {
        bool paper = x is > 40 and < 200 && y is > 14 and < 346;
        int line = y / 12, length = 30 + ((seed + 7) * (line + 3) * 37 % 100);
        bool words = x > 54 && x < Math.Min(190, 54 + length), sums = line > 8 && x is > 165 and < 188;
        bool print = paper && y % 12 is > 3 and < 9 && (words || sums) && (x * 7 / 5 % 6) != 0;
        return (byte)(print ? 70 : paper ? 246 - (y / 40) : 128 + (x / 8));
    }

    private static byte[] Chunk(string kind, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(kind), .. data];
        byte[] chunk = new byte[named.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        named.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc(named));
        return chunk;
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text));
}
