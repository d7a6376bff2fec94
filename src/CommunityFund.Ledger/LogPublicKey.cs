using System.Security.Cryptography;

namespace CommunityFund.Ledger;

/// <summary>The key that everybody may have: by it the seals of a log prove themselves. A point on P-256, kept as SubjectPublicKeyInfo.</summary>
public sealed class LogPublicKey
{
    /// <summary>Length of a signature: r and s.</summary>
    public const int SignatureBytes = 64;

    private const string P256 = "1.2.840.10045.3.1.7", Label = "PUBLIC KEY";

    // So many bytes of the fingerprint are compared by eye: eight groups of four digits, which nobody can make a second key for.
    private const int ShownBytes = 16;

    private LogPublicKey(byte[] info)
    {
        Info = info;
        Fingerprint = SHA256.HashData(info);
    }

    /// <summary>The key as SubjectPublicKeyInfo (DER).</summary>
    public byte[] Info { get; }

    /// <summary>SHA-256 of <see cref="Info"/>.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>The key as a .pem file.</summary>
    public string Pem => PemEncoding.WriteString(Label, Info) + "\n";

    /// <summary>What people compare: the first 32 digits of the fingerprint, in groups of four.</summary>
    public string Shown => ShownOf(Fingerprint);

    /// <summary>What people compare, of a key that is known by its fingerprint alone.</summary>
    public static string ShownOf(byte[] fingerprint)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        return HashText.Groups(fingerprint.AsSpan(0, Math.Min(ShownBytes, fingerprint.Length)));
    }

    /// <summary>The key of these bytes; null if they are none on P-256.</summary>
    public static LogPublicKey? Read(byte[] info)
    {
        ArgumentNullException.ThrowIfNull(info);
        using ECDsa? key = Open(info);
        return key is null ? null : new LogPublicKey([.. info]);
    }

    /// <summary>The key of a .pem file; null if it is none on P-256.</summary>
    public static LogPublicKey? ReadPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        if (!PemEncoding.TryFind(pem, out PemFields found) || pem[found.Label] != Label)
        {
            return null;
        }

        byte[] info = new byte[found.DecodedDataLength];
        return Convert.TryFromBase64String(pem[found.Base64Data], info, out int bytes) && bytes == info.Length ? Read(info) : null;
    }

    /// <summary>Whether this key signed the checkpoint as it stands.</summary>
    public bool Signed(SignedCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        using ECDsa? key = Open(Info);
        return key is not null && checkpoint.Key.AsSpan().SequenceEqual(Fingerprint) && checkpoint.Signature.Length == SignatureBytes
            && key.VerifyData(
                checkpoint.Says.ToBytes(), checkpoint.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static ECDsa? Open(byte[] info)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(info, out int read);
            if (read == info.Length && key.ExportParameters(false).Curve.Oid.Value == P256)
            {
                return key;
            }
        }
        catch (CryptographicException)
        {
            // Not a key at all.
        }

        key.Dispose();
        return null;
    }
}
