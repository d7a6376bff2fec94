using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Ledger;

/// <summary>
/// What a seal of the log says, in the one form that is signed, form cp1 (reports/checkpoint-cp1): this book had so many entries, and
/// this root stood for them. It is lines of text, so that it can be printed, read aloud and typed again.
/// </summary>
/// <param name="Book">Code of the book.</param>
/// <param name="Size">How many entries the log had.</param>
/// <param name="Root">The root over their leaves (<see cref="MerkleRoot"/>).</param>
/// <param name="MadeAt">When it was sealed, to the microsecond.</param>
public sealed record LogCheckpoint(string Book, long Size, byte[] Root, Instant MadeAt)
{
    /// <summary>Name of the form; the end of its first line.</summary>
    public const string Form = "cp1";

    private static readonly InstantPattern Microsecond = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.ffffff'Z'");

    /// <summary>The five lines, each with a line feed at its end.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture,
        $"communityfund checkpoint {Form}\nbook {Book}\nsize {Size}\nroot {Convert.ToHexStringLower(Root)}\nmade {Microsecond.Format(MadeAt)}\n");

    /// <summary>What is signed: the text in UTF-8.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(Text);

    /// <summary>The time as the form writes it; what is finer is cut off, so that what is kept and what is signed are the same.</summary>
    public static Instant ToMicrosecond(Instant at) => Instant.FromUnixTimeTicks(at.ToUnixTimeTicks() / 10 * 10);

    /// <summary>The checkpoint that a text is; null if it is not exactly one.</summary>
    public static LogCheckpoint? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] lines = text.Split('\n');
        if (lines.Length != 6 || Value(lines[1], "book ") is not { Length: > 0 } book
            || !long.TryParse(Value(lines[2], "size "), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            || Hex(Value(lines[3], "root ")) is not { } root
            || !Microsecond.Parse(Value(lines[4], "made ") ?? "").TryGetValue(default, out Instant made))
        {
            return null;
        }

        // Written again it must be the same text: there is one way to write each.
        LogCheckpoint read = new(book, size, root, made);
        return read.Text == text ? read : null;
    }

    internal static string? Value(string line, string name) => line.StartsWith(name, StringComparison.Ordinal) ? line[name.Length..] : null;

    internal static byte[]? Hex(string? digits) =>
        digits is { Length: 64 } && digits.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(digits) : null;
}

/// <summary>A checkpoint with its signature, as a file that outlives the program.</summary>
/// <param name="Says">What is signed.</param>
/// <param name="Key">SHA-256 of the public key (<see cref="LogPublicKey.Fingerprint"/>).</param>
/// <param name="Signature">ECDSA over P-256 and SHA-256: r and s, 32 bytes each.</param>
public sealed record SignedCheckpoint(LogCheckpoint Says, byte[] Key, byte[] Signature)
{
    /// <summary>The signed text, an empty line, the key's fingerprint and the signature in base 64.</summary>
    public string Note => $"{Says.Text}\nkey {Convert.ToHexStringLower(Key)}\nsignature {Convert.ToBase64String(Signature)}\n";

    /// <summary>The signed checkpoint that a file holds; null if it is not exactly one. Line ends of Windows are taken too.</summary>
    public static SignedCheckpoint? Read(string note)
    {
        ArgumentNullException.ThrowIfNull(note);
        string text = note.Replace("\r\n", "\n", StringComparison.Ordinal);
        int end = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || LogCheckpoint.Read(text[..(end + 1)]) is not { } says)
        {
            return null;
        }

        string[] lines = text[(end + 2)..].Split('\n');
        byte[] signature = new byte[LogPublicKey.SignatureBytes];
        if (lines.Length < 2 || LogCheckpoint.Hex(LogCheckpoint.Value(lines[0], "key ")) is not { } key
            || !Convert.TryFromBase64String(LogCheckpoint.Value(lines[1], "signature ") ?? "", signature, out int bytes)
            || bytes != signature.Length)
        {
            return null;
        }

        SignedCheckpoint read = new(says, key, signature);
        return read.Note == text || read.Note == text + "\n" ? read : null;
    }
}
