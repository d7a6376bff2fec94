using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>
/// Bytes to text. A bank does not say how it wrote: a byte order mark is believed, then UTF-8 if every byte fits, then
/// GB18030, which holds GBK and GB2312. Strictly: a wrong letter in a name is worse than a file sent back.
/// </summary>
internal static class StatementText
{
    private static readonly byte[][] OtherFormats =
    [
        "%PDF"u8.ToArray(), [0x89, (byte)'P', (byte)'N', (byte)'G'], [0xFF, 0xD8, 0xFF], "GIF8"u8.ToArray(),
        "PK\u0003\u0004"u8.ToArray(), "Rar!"u8.ToArray(), [0x1F, 0x8B, 0x08], [(byte)'7', (byte)'z', 0xBC, 0xAF],
    ];

    private static readonly byte[] OldWorkbook = [0xD0, 0xCF, 0x11, 0xE0];

    private static readonly DecoderFallback Throwing = DecoderFallback.ExceptionFallback;

    public static (string Text, string Encoding) Read(byte[] content, string fileName)
    {
        string name = StatementCell.Shorten(PlainText.Of(fileName), 100);
        if (IsWorkbook(content, fileName))
        {
            throw new RefusedException(StatementRefusal.NotCsvYet, ("file", name));
        }

        (string text, string encoding) = OtherFormats.Any(mark => content.AsSpan().StartsWith(mark))
            ? throw Unreadable(name)
            : Decode(content, name);
        return text.Contains('\0')
            ? throw Unreadable(name)
            : (text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'), encoding);
    }

    private static bool IsWorkbook(byte[] content, string fileName) =>
        fileName.EndsWith(".xls", StringComparison.OrdinalIgnoreCase)
        || fileName.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase)
        || content.AsSpan().StartsWith(OldWorkbook)
        || (content.AsSpan().StartsWith("PK\u0003\u0004"u8) && content.AsSpan().IndexOf("xl/worksheets/"u8) >= 0);

    private static (string Text, string Encoding) Decode(byte[] content, string name)
    {
        (Encoding Encoding, string Name, int MarkBytes)[] choices = content switch
        {
            [0xEF, 0xBB, 0xBF, ..] => [(Strict(65001), "UTF-8 with BOM", 3)],
            [0xFF, 0xFE, ..] => [(Strict(1200), "UTF-16LE", 2)],
            [0xFE, 0xFF, ..] => [(Strict(1201), "UTF-16BE", 2)],
            _ => [(Strict(65001), "UTF-8", 0), (Strict(54936), "GB18030", 0)],
        };
        foreach ((Encoding encoding, string encodingName, int markBytes) in choices)
        {
            try
            {
                return (encoding.GetString(content.AsSpan(markBytes)), encodingName);
            }
            catch (DecoderFallbackException)
            {
                continue;
            }
        }

        throw Unreadable(name);
    }

    private static Encoding Strict(int codePage) =>
        CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ExceptionFallback, Throwing)
        ?? Encoding.GetEncoding(codePage, EncoderFallback.ExceptionFallback, Throwing);

    private static RefusedException Unreadable(string name) => new(StatementRefusal.Unreadable, ("file", name));
}
