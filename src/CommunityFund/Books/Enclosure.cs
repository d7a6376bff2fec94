using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>A document on its way to a voucher: uploaded before, or on a voucher that was dropped or is corrected.</summary>
/// <param name="Sha256">Of its bytes, in hexadecimal.</param>
/// <param name="Shared">Said by the person: it proves another voucher too, and both shall say so.</param>
public sealed record Enclosure(string Sha256, bool Shared = false)
{
    internal static Enclosure Of(byte[] sha256, bool shared = false) => new(Convert.ToHexStringLower(sha256), shared);

    /// <summary>Gives documents to a voucher that waits; the database proves each of them.</summary>
    internal static async Task Write(Work work, long voucher, IReadOnlyList<Enclosure> documents, CancellationToken ct)
    {
        if (documents.Count == 0)
        {
            return;
        }

        byte[][] hashes = [.. documents.Select(document => document.Bytes())];
        bool[] shared = [.. documents.Select(document => document.Shared)];
        await work.Db.Database.ExecuteSqlAsync(
            $"select enclose_documents({work.Book}, {voucher}, {work.ActorId}, {hashes}, {shared}, {work.Now.ToDateTimeUtc()})", ct);
    }

    /// <summary>The hash; what is none was never given to anybody.</summary>
    internal byte[] Bytes() => Sha256.Length == 64 && Sha256.All(char.IsAsciiHexDigit)
        ? Convert.FromHexString(Sha256)
        : throw new RefusedException(ConstraintRefusal.DocumentUploadGone, ("file", Sha256));
}
