using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Documents;

/// <summary>A document's bytes with the name one voucher gives it.</summary>
public sealed record DocumentContent(string Name, FileKind Format, byte[] Content);

/// <summary>The document itself, for those who may read a voucher that it proves.</summary>
public sealed record DocumentFile(string Sha256) : Query<DocumentContent>
{
    /// <summary>There is no such document, or the reader sees none of its vouchers.</summary>
    public const string Unknown = "document.unknown";

    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<DocumentContent> Answer(Work work, CancellationToken ct)
    {
        IQueryable<VoucherDocument> visible = Visible(work, Sha256);
        string? name = await visible.OrderBy(row => row.VoucherId).Select(row => row.Name).FirstOrDefaultAsync(ct);
        byte[] hash = name is null ? throw new RefusedException(Unknown) : Convert.FromHexString(Sha256);
        return await work.Db.Set<Document>().Where(row => row.BookId == work.Book && row.Sha256 == hash)
            .Select(row => new DocumentContent(name, row.Format, EF.Property<byte[]>(row, "Content"))).SingleAsync(ct);
    }

    /// <summary>Its places with vouchers that the person may read.</summary>
    internal static IQueryable<VoucherDocument> Visible(Work work, string sha256)
    {
        byte[] hash = sha256.Length == 64 && sha256.All(char.IsAsciiHexDigit) ? Convert.FromHexString(sha256)
            : throw new RefusedException(Unknown);
        return work.Db.Set<VoucherDocument>().AsNoTracking().Where(row => row.BookId == work.Book && row.Sha256 == hash
            && ReadableVouchers.Of(work, ReadableVouchers.Readers).Any(voucher => voucher.VoucherId == row.VoucherId));
    }
}
