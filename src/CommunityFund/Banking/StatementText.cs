using System.Buffers;
using System.Text;
using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>
/// Bytes to text. A bank does not say how it wrote: a byte order mark is believed, then UTF-8 if every byte fits, then
/// GB18030, which holds GBK and GB2312. Strictly: a wrong letter in a name is worse than a file sent back.
/// </summary>
/// <param name="Name">As a person knows it.</param>
/// <param name="Encoding">Throws where a byte does not fit.</param>
/// <param name="MarkBytes">What stands before the text.</param>
internal sealed record StatementText(string Name, Encoding Encoding, int MarkBytes)
{
    private const string Utf8 = "UTF-8", Utf16Little = "UTF-16LE", Utf16Big = "UTF-16BE", Gb18030 = "GB18030";
    private const int Sampled = 4096;

    /// <summary>Some of its characters were cut in half, where cells end.</summary>
    public bool HasHalves { get; private init; }

    /// <summary>What a person may choose from.</summary>
    public static readonly string[] Choices = [Utf8, Gb18030, Utf16Little, Utf16Big];

    private static readonly byte[][] OtherFormats =
    [
        "%PDF"u8.ToArray(), [0x89, (byte)'P', (byte)'N', (byte)'G'], [0xFF, 0xD8, 0xFF], "GIF8"u8.ToArray(),
        "Rar!"u8.ToArray(), [0x1F, 0x8B, 0x08], [(byte)'7', (byte)'z', 0xBC, 0xAF],
    ];

    /// <summary>What .xls files of old Chinese Excel say nothing about.</summary>
    public static Encoding OldWorkbook => CodePagesEncodingProvider.Instance.GetEncoding(936) ?? Encoding.UTF8;

    /// <exception cref="RefusedException">bank.unreadable: no text, or not in the encoding chosen.</exception>
    public static StatementText Of(StatementBytes content, string fileName, string? chosen)
    {
        byte[] head = content.Head(Sampled);
        if (OtherFormats.Any(mark => head.AsSpan().StartsWith(mark)))
        {
            throw Unreadable(fileName);
        }

        return Candidates(head).Where(text => chosen is null || text.Encoding.CodePage == Strict(chosen).CodePage)
                .Concat(chosen is null ? [] : [new StatementText(chosen, Strict(chosen), 0)])
                .FirstOrDefault(text => text.Fits(content))
            ?? throw Unreadable(fileName);
    }

    public static RefusedException Unreadable(string fileName) => new(StatementRefusal.Unreadable, ("file", fileName));

    /// <summary>Reads from the beginning.</summary>
    public TextReader Open(StatementBytes content)
    {
        Stream stream = content.Open();
        stream.Position = MarkBytes;
        return new StreamReader(
            HasHalves ? new WholeCharacters(stream) : stream, Encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 16 * 1024);
    }

    private static IEnumerable<StatementText> Candidates(byte[] head) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => [new("UTF-8 with BOM", Strict(Utf8), 3), new(Gb18030, Strict(Gb18030), 3)],
        [0xFF, 0xFE, ..] => [new(Utf16Little, Strict(Utf16Little), 2)],
        [0xFE, 0xFF, ..] => [new(Utf16Big, Strict(Utf16Big), 2)],
        _ when Zeros(head, 1) > Zeros(head, 0) + (Sampled / 64) => [new(Utf16Little, Strict(Utf16Little), 0)],
        _ when Zeros(head, 0) > Zeros(head, 1) + (Sampled / 64) => [new(Utf16Big, Strict(Utf16Big), 0)],
        _ =>
        [
            new(Utf8, Strict(Utf8), 0), new(Gb18030, Strict(Gb18030), 0), new(Gb18030, Strict(Gb18030), 0) { HasHalves = true },
        ],
    };

    // Digits and commas in UTF-16 have a zero on one side.
    private static int Zeros(byte[] head, int from)
    {
        int zeros = 0;
        for (int i = from; i < head.Length; i += 2)
        {
            zeros += head[i] == 0 ? 1 : 0;
        }

        return zeros;
    }

    private bool Fits(StatementBytes content)
    {
        char[] scratch = ArrayPool<char>.Shared.Rent(16 * 1024);
        try
        {
            using TextReader text = Open(content);
            for (int read; (read = text.Read(scratch)) > 0;)
            {
                if (scratch.AsSpan(0, read).Contains('\0'))
                {
                    return false;
                }
            }

            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(scratch);
        }
    }

    private static Encoding Strict(string name)
    {
        int codePage = name switch
        {
            Utf16Little => 1200,
            Utf16Big => 1201,
            Gb18030 => 54936,
            _ => 65001,
        };
        return CodePagesEncodingProvider.Instance.GetEncoding(
                codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
            ?? Encoding.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }
}
