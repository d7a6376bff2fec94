using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Donations;

/// <summary>How to reach a donor, and the number a receipt is made out to. Stands sealed in the database.</summary>
/// <param name="IdNumber">居民身份证号 of a person, 统一社会信用代码 of an organisation.</param>
public sealed partial record DonorContact(string IdNumber = "", string Phone = "", string Mail = "", string Address = "")
{
    /// <summary>A number, telephone, mail or address has another shape or is too long.</summary>
    public const string Bad = "donor.bad-contact";

    private const int NonceBytes = 12, TagBytes = 16;

    internal bool IsEmpty => (IdNumber + Phone + Mail + Address).Length == 0;

    /// <summary>The last figures only, for those who may not see it whole.</summary>
    internal DonorContact Masked() => new(Tail(IdNumber), Tail(Phone), Mail.Length > 0 ? "***" : "", Address.Length > 0 ? "***" : "");

    /// <summary>Cleaned, and refused where it is no such thing.</summary>
    internal DonorContact Checked()
    {
        DonorContact plain = new(
            PlainText.Of(IdNumber).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant(), PlainText.Of(Phone), PlainText.Of(Mail),
            PlainText.Of(Address));
        Refuse(plain.IdNumber, IdShape());
        Refuse(plain.Phone, PhoneShape());
        Refuse(plain.Mail, MailShape());
        return plain.Address.Length <= 200 ? plain : throw new RefusedException(Bad, ("typed", plain.Address));
    }

    /// <summary>AES-GCM; the person and the book are bound in, so that one donor's never passes for another's.</summary>
    internal byte[]? Seal(Work work, long donor)
    {
        if (IsEmpty)
        {
            return null;
        }

        byte[] text = JsonSerializer.SerializeToUtf8Bytes(this), sealedBytes = new byte[NonceBytes + text.Length + TagBytes];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        using AesGcm cipher = Cipher(work);
        cipher.Encrypt(sealedBytes.AsSpan(0, NonceBytes), text, sealedBytes.AsSpan(NonceBytes, text.Length), sealedBytes.AsSpan(^TagBytes..),
            Bound(work, donor));
        return sealedBytes;
    }

    /// <summary>What was sealed; nothing where nothing was.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Somebody changed it, moved it, or the installation's key is another.</exception>
    internal static DonorContact Open(Work work, long donor, byte[]? sealedBytes)
    {
        if (sealedBytes is null)
        {
            return new DonorContact();
        }

        byte[] text = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using AesGcm cipher = Cipher(work);
        cipher.Decrypt(sealedBytes.AsSpan(0, NonceBytes), sealedBytes.AsSpan(NonceBytes, text.Length), sealedBytes.AsSpan(^TagBytes..), text,
            Bound(work, donor));
        return JsonSerializer.Deserialize<DonorContact>(text)!;
    }

    private static AesGcm Cipher(Work work) => new(work.Foundation.KeyFor("donor-contact"), TagBytes);

    private static byte[] Bound(Work work, long donor) =>
        Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{work.Book}:{donor}"));

    private static string Tail(string text) => text.Length == 0 ? "" : "***" + (text.Length > 4 ? text[^4..] : "");

    private static void Refuse(string text, Regex shape)
    {
        if (text.Length > 0 && !shape.IsMatch(text))
        {
            throw new RefusedException(Bad, ("typed", text));
        }
    }

    [GeneratedRegex(@"\A([0-9]{17}[0-9X]|[0-9A-Z]{15}|[0-9A-Z]{18}|[A-Z0-9-]{5,24})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IdShape();

    [GeneratedRegex(@"\A\+?[0-9][0-9 ()/-]{4,24}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PhoneShape();

    [GeneratedRegex(@"\A[^@\s]{1,64}@[^@\s]{1,120}\.[^@\s]{2,24}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MailShape();
}
