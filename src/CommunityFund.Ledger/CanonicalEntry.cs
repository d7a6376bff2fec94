using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Ledger;

/// <summary>
/// A posted entry in the one form that the log of the books covers, form cf1 (reports/log-cf1). PostgreSQL writes the
/// leaf when an entry is posted; this is the second, independent reading that a check compares it with. Whatever of an
/// entry changes, its leaf changes, except words: the log covers their salted digest, so a text may be blanked.
/// </summary>
public sealed record CanonicalEntry
{
    /// <summary>Name of the form; its first field.</summary>
    public const string Form = "cf1";

    private static readonly InstantPattern Microsecond =
        InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.ffffff'Z'");

    /// <summary>Code of the book.</summary>
    public required string Book { get; init; }

    /// <summary>Position in the book's log, from 1 without gap.</summary>
    public required long EntryNo { get; init; }

    /// <summary>YYYYMM, YYYY00 for the opening, YYYY13 for the adjusting period.</summary>
    public required int Period { get; init; }

    /// <summary>记, 转, 备, 时 or 分.</summary>
    public required string Series { get; init; }

    /// <summary>Number in the series of the period; 0 for the opening.</summary>
    public required int Number { get; init; }

    /// <summary>The day it happened.</summary>
    public required LocalDate OccurredOn { get; init; }

    /// <summary>ordinary, opening, close, reversal or correction.</summary>
    public required string Kind { get; init; }

    /// <summary>SHA-256 of salt and 摘要; see <see cref="DigestOf"/>.</summary>
    public required byte[]? NarrativeDigest { get; init; }

    /// <summary>Id of the person who made the voucher.</summary>
    public required long MakerId { get; init; }

    /// <summary>Id of the person who reviewed it; null if a rule did.</summary>
    public long? ReviewerId { get; init; }

    /// <summary>Name of the rule that reviewed it; null if a person did.</summary>
    public string? ReviewRule { get; init; }

    /// <summary>The moment it was written, to the microsecond.</summary>
    public required Instant PostedAt { get; init; }

    /// <summary>The entry that a reversal or correction puts right.</summary>
    public long? CorrectsEntryNo { get; init; }

    /// <summary>SHA-256 of each document, in the voucher's order.</summary>
    public IReadOnlyList<byte[]> DocumentHashes { get; init; } = [];

    /// <summary>How many lines the header speaks of.</summary>
    public required int LineCount { get; init; }

    /// <summary>The sum of debits the header speaks of, in smallest units.</summary>
    public required long Total { get; init; }

    /// <summary>The lines in order.</summary>
    public required IReadOnlyList<CanonicalLine> Lines { get; init; }

    /// <summary>The digest that stands for a text: SHA-256 of the salt followed by the text in UTF-8.</summary>
    public static byte[] DigestOf(byte[] salt, string text) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(text)]);

    /// <summary>The bytes of form cf1: fields one after another, each as its length in bytes, a colon and its UTF-8; a
    /// missing one as a hyphen.</summary>
    public byte[] ToBytes()
    {
        ArrayBufferWriter<byte> bytes = new(1024);
        Write(bytes);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The text of form cf1 in pieces that fit a cell: the head with the first lines, then as many lines in each. Put together they are
    /// <see cref="ToBytes"/>.</summary>
    public IReadOnlyList<string> Pieces(int lines)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lines);
        List<string> pieces = [];
        ArrayBufferWriter<byte> bytes = new(1024);
        (this with { Lines = [] }).Write(bytes);
        for (int i = 0; i < Lines.Count; i++)
        {
            if (i > 0 && i % lines == 0)
            {
                pieces.Add(Encoding.UTF8.GetString(bytes.WrittenSpan));
                bytes.ResetWrittenCount();
            }

            Lines[i].Write(bytes);
        }

        pieces.Add(Encoding.UTF8.GetString(bytes.WrittenSpan));
        return pieces;
    }

    /// <summary>The leaf of the log: SHA-256 of a zero byte and the bytes of form cf1 (RFC 6962, section 2.1).</summary>
    public byte[] Leaf()
    {
        ArrayBufferWriter<byte> bytes = new(1024);
        bytes.Write<byte>([0]);
        Write(bytes);
        return SHA256.HashData(bytes.WrittenSpan);
    }

    private void Write(ArrayBufferWriter<byte> bytes)
    {
        CanonicalField.Write(bytes, Form);
        CanonicalField.Write(bytes, Book);
        CanonicalField.Write(bytes, EntryNo);
        CanonicalField.Write(bytes, Period);
        CanonicalField.Write(bytes, Series);
        CanonicalField.Write(bytes, Number);
        CanonicalField.Write(bytes, LocalDatePattern.Iso.Format(OccurredOn));
        CanonicalField.Write(bytes, Kind);
        CanonicalField.WriteHex(bytes, NarrativeDigest);
        CanonicalField.Write(bytes, MakerId);
        CanonicalField.Write(bytes, ReviewerId);
        CanonicalField.Write(bytes, ReviewRule);
        CanonicalField.Write(bytes, Microsecond.Format(PostedAt));
        CanonicalField.Write(bytes, CorrectsEntryNo);
        CanonicalField.Write(bytes,
            DocumentHashes.Count == 0 ? null : string.Join(',', DocumentHashes.Select(CanonicalField.Hex)));
        CanonicalField.Write(bytes, LineCount);
        CanonicalField.Write(bytes, Total);
        foreach (CanonicalLine line in Lines)
        {
            line.Write(bytes);
        }
    }
}

/// <summary>A line in the form of the log; codes as they are stored, an empty text where a line carries none.</summary>
/// <param name="LineNo">From 1.</param>
/// <param name="Side">D or C.</param>
/// <param name="Account">The account's lasting key; null if it cannot be found any more.</param>
/// <param name="Fund">The fund's code; null if it cannot be found any more.</param>
/// <param name="Commodity">CNY, HOUR or POINT.</param>
/// <param name="Units">Signed smallest units; negative is red ink.</param>
/// <param name="Restriction">U, R or empty.</param>
/// <param name="CashFlow">Key of the cash-flow item, or empty.</param>
/// <param name="Movement">Kind of movement, such as ordinary.</param>
/// <param name="ProjectClass">Class of project, or empty.</param>
/// <param name="ProjectId">Project, or null.</param>
/// <param name="CounterpartyId">Person or organisation, or null.</param>
/// <param name="EnterpriseId">Social enterprise, or null.</param>
/// <param name="DocumentId">Source document, or null.</param>
/// <param name="NarrativeDigest">SHA-256 of salt and 摘要 of the line.</param>
public sealed record CanonicalLine(
    int LineNo, string Side, string? Account, string? Fund, string Commodity, long Units, string Restriction, string CashFlow,
    string Movement, string ProjectClass, long? ProjectId, long? CounterpartyId, long? EnterpriseId, long? DocumentId,
    byte[]? NarrativeDigest)
{
    internal void Write(ArrayBufferWriter<byte> bytes)
    {
        CanonicalField.Write(bytes, LineNo);
        CanonicalField.Write(bytes, Side);
        CanonicalField.Write(bytes, Account);
        CanonicalField.Write(bytes, Fund);
        CanonicalField.Write(bytes, Commodity);
        CanonicalField.Write(bytes, Units);
        CanonicalField.Write(bytes, Restriction);
        CanonicalField.Write(bytes, CashFlow);
        CanonicalField.Write(bytes, Movement);
        CanonicalField.Write(bytes, ProjectClass);
        CanonicalField.Write(bytes, ProjectId);
        CanonicalField.Write(bytes, CounterpartyId);
        CanonicalField.Write(bytes, EnterpriseId);
        CanonicalField.Write(bytes, DocumentId);
        CanonicalField.WriteHex(bytes, NarrativeDigest);
    }
}

/// <summary>Length-prefixed fields, so that no two different lists of fields make the same bytes.</summary>
internal static class CanonicalField
{
    private const int LongestNumber = 20;

    public static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    public static void Write(ArrayBufferWriter<byte> bytes, long? number)
    {
        if (number is not { } known)
        {
            bytes.Write("-"u8);
            return;
        }

        Span<byte> digits = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(known, digits, out int written);
        Length(bytes, written);
        bytes.Write(digits[..written]);
    }

    public static void Write(ArrayBufferWriter<byte> bytes, string? text)
    {
        if (text is null)
        {
            bytes.Write("-"u8);
            return;
        }

        Length(bytes, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, bytes);
    }

    public static void WriteHex(ArrayBufferWriter<byte> bytes, byte[]? hash)
    {
        if (hash is null)
        {
            bytes.Write("-"u8);
            return;
        }

        int length = hash.Length * 2;
        Length(bytes, length);
        Convert.TryToHexStringLower(hash, bytes.GetSpan(length), out int written);
        bytes.Advance(written);
    }

    private static void Length(ArrayBufferWriter<byte> bytes, int length)
    {
        Utf8Formatter.TryFormat(length, bytes.GetSpan(LongestNumber), out int written);
        bytes.Advance(written);
        bytes.Write(":"u8);
    }
}
