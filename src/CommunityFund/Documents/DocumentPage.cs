using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Documents;

/// <summary>One document and the vouchers it proves.</summary>
public sealed record DocumentView(
    string Sha256, string Name, FileKind Format, int SizeBytes, string? InvoiceNumber, string AddedBy, Instant AddedAt,
    IReadOnlyList<DocumentUse> Uses);

/// <summary>A voucher that a document proves.</summary>
/// <param name="IsFirst">Whether the others refer to this one.</param>
public sealed record DocumentUse(
    long VoucherId, string Name, VoucherState State, LocalDate OccurredOn, int Period, string? Series, int? Number, string Narrative,
    Amount Total, bool IsReversed, bool IsFirst);

/// <summary>Everything about one document but its bytes, for those who may read a voucher that it proves.</summary>
public sealed record DocumentPage(string Sha256) : Query<DocumentView>
{
    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<DocumentView> Answer(Work work, CancellationToken ct)
    {
        var rows = await (
            from use in DocumentFile.Visible(work, Sha256)
            join document in work.Db.Set<Document>() on new { use.BookId, use.Sha256 } equals new { document.BookId, document.Sha256 }
            join voucher in work.Db.Vouchers on new { use.BookId, use.VoucherId } equals new { voucher.BookId, voucher.VoucherId }
            join narrative in work.Db.Set<Narrative>() on new { voucher.BookId, voucher.NarrativeId }
                equals new { narrative.BookId, narrative.NarrativeId }
            join entry in work.Db.Entries on new { voucher.BookId, Entry = voucher.EntryNo }
                equals new { entry.BookId, Entry = (long?)entry.EntryNo } into posted
            from entry in posted.DefaultIfEmpty()
            orderby voucher.VoucherId
            select new
            {
                use,
                document.Format,
                document.SizeBytes,
                document.AddedBy,
                document.AddedAt,
                voucher,
                narrative.Text,
                Series = entry == null ? null : entry.Series,
                Number = entry == null ? (int?)null : entry.Number,
            }).ToListAsync(ct);
        var first = rows.FirstOrDefault() ?? throw new RefusedException(DocumentFile.Unknown);
        var names = await PersonName.Of(work, [first.AddedBy], ct);
        return new DocumentView(
            Sha256.ToLowerInvariant(), first.use.Name, first.Format, first.SizeBytes,
            rows.Select(row => row.use.InvoiceNumber).FirstOrDefault(number => number is not null), names[first.AddedBy], first.AddedAt,
            [
                .. rows.Select(row => new DocumentUse(
                    row.voucher.VoucherId, row.use.Name, row.voucher.State, row.voucher.OccurredOn, row.voucher.Period, row.Series,
                    row.Number, row.Text ?? "", Amount.Fen(row.voucher.Total), row.voucher.ReversedBy is not null,
                    rows.Exists(other => other.use.SharedWith == row.voucher.VoucherId))),
            ]);
    }
}
