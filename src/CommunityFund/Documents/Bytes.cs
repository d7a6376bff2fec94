using System.Buffers.Binary;
using System.Text;

namespace CommunityFund.Documents;

/// <summary>What the formats have in common: looking for signs among bytes.</summary>
internal static class Bytes
{
    // Written in two halves, or scanners would take this file itself away.
    private static readonly byte[] Sign = Encoding.ASCII.GetBytes("EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE");
    private static readonly byte[][] Pages = [.. ((string[])["<script", "<html", "<?php", "<svg", "<iframe"]).Select(Encoding.ASCII.GetBytes)];

    public static void ScannersSign(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.IndexOf(Sign) >= 0)
        {
            throw SeenDocument.No(SeenDocument.TestVirus, name);
        }
    }

    /// <summary>The end of a zip file: whoever opens the bytes as an archive finds one, whatever stands before.</summary>
    public static bool EndsAsZip(ReadOnlySpan<byte> bytes) =>
        bytes[^Math.Min(bytes.Length, 66_000)..].LastIndexOf("PK\x05\x06"u8) >= 0;

    /// <summary>A program of Windows or Unix, or a script of a shell.</summary>
    public static bool IsProgram(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("MZ"u8) || bytes.StartsWith("\x7fELF"u8) || bytes.StartsWith("#!"u8);

    /// <summary>A picture with a page in it: harmless as a picture, and no picture needs it.</summary>
    public static bool HoldsPage(ReadOnlySpan<byte> bytes)
    {
        for (int at = bytes.IndexOf((byte)'<'); at >= 0;)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            foreach (byte[] page in Pages)
            {
                if (rest.Length >= page.Length && Ascii.EqualsIgnoreCase(rest[..page.Length], page))
                {
                    return true;
                }
            }

            int next = rest[1..].IndexOf((byte)'<');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    public static int ReadUInt16(ReadOnlySpan<byte> bytes, int at) =>
        at + 2 <= bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) : -1;

    public static long ReadUInt32(ReadOnlySpan<byte> bytes, int at) =>
        at + 4 <= bytes.Length ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]) : -1;
}
