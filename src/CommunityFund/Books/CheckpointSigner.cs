using System.Numerics;
using System.Security.Cryptography;
using CommunityFund.Ledger;

namespace CommunityFund.Books;

/// <summary>
/// The half of the key that signs. It is drawn from the installation's own key, so it is made at set-up, comes back with every backup and
/// stands in no database; whoever has a copy of the books without that file can verify seals and make none.
/// </summary>
internal sealed class CheckpointSigner : IDisposable
{
    private const string Purpose = "checkpoints";

    // The order of P-256's group: a private key is a number from 1 to one less.
    private static readonly BigInteger Order =
        new(Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"), isUnsigned: true, isBigEndian: true);

    private readonly ECDsa _key;

    private CheckpointSigner(byte[] secret)
    {
        _key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });
        Key = LogPublicKey.Read(_key.ExportSubjectPublicKeyInfo())!;
    }

    /// <summary>The half that is published.</summary>
    public LogPublicKey Key { get; }

    public static CheckpointSigner Of(Foundation foundation) => new(SecretOf(foundation.KeyFor));

    /// <summary>The first number drawn that is a key; one in four billion draws is none.</summary>
    /// <param name="draw">32 bytes for a purpose.</param>
    internal static byte[] SecretOf(Func<string, byte[]> draw)
    {
        for (int time = 1; ; time++)
        {
            byte[] secret = draw(time == 1 ? Purpose : FormattableString.Invariant($"{Purpose} {time}"));
            BigInteger number = new(secret, isUnsigned: true, isBigEndian: true);
            if (!number.IsZero && number < Order)
            {
                return secret;
            }
        }
    }

    /// <summary>r and s, 32 bytes each.</summary>
    public byte[] Sign(LogCheckpoint checkpoint) =>
        _key.SignData(checkpoint.ToBytes(), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public void Dispose() => _key.Dispose();
}
