using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Vouchers;

/// <summary>A document as its voucher names it.</summary>
/// <param name="Sheets">How many it counts for among the attachments.</param>
/// <param name="SharedWith">The voucher that had it first; null where it proves this one alone.</param>
public sealed record EnclosedDocument(
    string Sha256, string Name, FileKind Format, int SizeBytes, int Sheets, string? InvoiceNumber, long? SharedWith)
{
    internal static async Task<IReadOnlyList<EnclosedDocument>> Of(Work work, long voucher, CancellationToken ct) =>
    [
        .. (await (from row in work.Db.Set<VoucherDocument>().AsNoTracking()
                   where row.BookId == work.Book && row.VoucherId == voucher
                   join document in work.Db.Set<Document>() on new { row.BookId, row.Sha256 }
                       equals new { document.BookId, document.Sha256 }
                   orderby row.Ordinal
                   select new { row, document.Format, document.SizeBytes }).ToListAsync(ct))
            .Select(found => new EnclosedDocument(Convert.ToHexStringLower(found.row.Sha256), found.row.Name, found.Format,
                found.SizeBytes, found.row.Sheets, found.row.InvoiceNumber, found.row.SharedWith)),
    ];

    /// <summary>Whether the rule asks for a document that a voucher without one does not have.</summary>
    internal static async Task<bool> IsMissing(Work work, long voucher, CancellationToken ct) => await work.Db.Database
        .SqlQuery<bool>($"""
            select not needs_no_document(v) as "Value" from voucher v where v.book_id = {work.Book} and v.voucher_id = {voucher}
            """).SingleAsync(ct);
}
