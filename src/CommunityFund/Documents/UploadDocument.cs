using System.Security.Cryptography;
using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Documents;

/// <summary>
/// A document comes in and waits for its voucher. It is looked at before it is kept; the log keeps its hash, never its bytes.
/// </summary>
/// <param name="Name">What the sender's machine called it; data and nothing else.</param>
/// <param name="InvoiceNumber">Of the e-invoice, where the file itself does not say it; empty for none.</param>
/// <returns>Its SHA-256 in hexadecimal.</returns>
public sealed record UploadDocument(
    Guid Key, [property: Personal] string Name, [property: JsonIgnore] byte[] Content, string InvoiceNumber = "") : Command<string>(Key)
{
    /// <summary>The number written is none of an e-invoice.</summary>
    public const string BadInvoiceNumber = "document.invoice-number";

    /// <summary>The file says another number than the person wrote.</summary>
    public const string OtherInvoiceNumber = "document.other-invoice-number";

    public int SizeBytes => Content.Length;

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Content));

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Enum.GetValues<Role>()));

    internal override async Task<string> Apply(Work work, CancellationToken ct)
    {
        string name = DocumentName.Of(Name);
        SeenDocument seen = SeenDocument.Of(Content, name);
        string typed = Read(InvoiceNumber);
        if (typed.Length > 0 && seen.InvoiceNumber is { } said && said != typed)
        {
            throw new RefusedException(OtherInvoiceNumber, ("file", name), ("typed", typed), ("said", said));
        }

        return await DocumentUpload.Keep(work, Content, SHA256.HashData(Content), seen.Format, name, 1,
            seen.InvoiceNumber ?? (typed.Length > 0 ? typed : null), ct);
    }

    /// <summary>An e-invoice has 20 digits; older ones a code of 10 or 12 and a number of 8; fiscal receipts 8 and 10.</summary>
    private static string Read(string typed)
    {
        string digits = PlainText.Digits(typed);
        return digits.Length == 0 || (digits.Length is 8 or 10 or 18 or 20 && digits.All(char.IsAsciiDigit))
            ? digits
            : throw new RefusedException(BadInvoiceNumber, ("typed", typed));
    }
}
