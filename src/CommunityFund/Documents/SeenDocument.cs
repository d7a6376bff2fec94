using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Documents;

/// <summary>
/// A file looked at by its bytes, whatever its name and sender say. It is refused where it is none of the few kinds that documents
/// are, where it is not whole, where it is two things at once, and where it would do something when opened. The bytes are never changed:
/// a document that was changed proves nothing.
/// </summary>
/// <param name="InvoiceNumber">Of the e-invoice, where the file says it; old ones with their code before it.</param>
public sealed record SeenDocument(FileKind Format, string? InvoiceNumber = null)
{
    /// <summary>The file has no bytes.</summary>
    public const string Empty = "document.empty";

    /// <summary>The file is larger than a document may be.</summary>
    public const string TooLarge = "document.too-large";

    /// <summary>The bytes are of no kind that documents are.</summary>
    public const string OtherKind = "document.other-kind";

    /// <summary>A web page or a drawing that browsers run.</summary>
    public const string WebPage = "document.web-page";

    /// <summary>It begins as one of the kinds and is not whole.</summary>
    public const string Broken = "document.broken";

    /// <summary>It is two kinds at once, which only a trick needs.</summary>
    public const string TwoFaces = "document.two-faces";

    /// <summary>It would run something when opened: macros, scripts, programs.</summary>
    public const string Active = "document.active";

    /// <summary>Unpacked it would be out of all proportion.</summary>
    public const string Bomb = "document.bomb";

    /// <summary>Other files are packed into it.</summary>
    public const string Packed = "document.packed";

    /// <summary>The sign that scanners are tested with.</summary>
    public const string TestVirus = "document.test-virus";

    /// <summary>The largest document.</summary>
    public const int LargestBytes = 10 * 1024 * 1024;

    /// <summary>The most documents of one voucher, and their largest sum; the database holds the same.</summary>
    public const int MostPerVoucher = 20, LargestVoucherBytes = 50 * 1024 * 1024;

    /// <exception cref="RefusedException">The file may not be kept; the facts name it.</exception>
    public static SeenDocument Of(byte[] content, string name)
    {
        if (content.Length == 0)
        {
            throw new RefusedException(Empty, ("file", name));
        }

        if (content.Length > LargestBytes)
        {
            throw new RefusedException(TooLarge, ("file", name), ("limit", LargestBytes / 1024 / 1024));
        }

        Bytes.ScannersSign(content, name);
        ReadOnlySpan<byte> bytes = content;
        if (bytes.StartsWith("PK\x03\x04"u8))
        {
            return PackedFile.See(content, name);
        }

        FileKind? format = PdfFile.Begins(bytes) ? PdfFile.See(bytes, name)
            : PictureFile.Begins(bytes) ? PictureFile.See(bytes, name)
            : null;
        return format is { } seen ? new SeenDocument(seen) : MarkupFile.See(content, name);
    }

    internal static RefusedException No(string code, string name) => new(code, ("file", name));
}
