using System.Globalization;
using System.Runtime.InteropServices;

namespace CommunityFund.Backups;

/// <summary>A stretch of PostgreSQL's log of changes (WAL), 16 MB of it, known by its timeline and number.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WalSegment(uint Timeline, ulong Number)
{
    public const int SizeBytes = 16 * 1024 * 1024;
    private const ulong InOneName = 0x1_0000_0000UL / SizeBytes;

    public ulong Starts => Number * SizeBytes;

    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"{Timeline:X8}{Number / InOneName:X8}{Number % InOneName:X8}");

    public WalSegment Next => this with { Number = Number + 1 };

    public static WalSegment At(uint timeline, ulong position) => new(timeline, position / SizeBytes);

    public static WalSegment? Named(string name)
    {
        ReadOnlySpan<char> text = name;
        return name.Length == 24
            && uint.TryParse(text[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint timeline)
            && ulong.TryParse(text[8..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong high)
            && ulong.TryParse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong low)
            ? new WalSegment(timeline, (high * InOneName) + low)
            : null;
    }

    /// <summary>A position as PostgreSQL writes it, such as 0/3000028.</summary>
    public static ulong Position(string text) => text.Split('/') is [var high, var low]
        ? (ulong.Parse(high, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) << 32)
            + ulong.Parse(low, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : throw new FormatException(text);
}
