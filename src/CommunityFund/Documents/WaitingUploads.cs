using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Documents;

/// <summary>A document that waits for its voucher.</summary>
/// <param name="UsedBy">Another voucher that it proves already, as 2026-03 记-5; null if none.</param>
public sealed record WaitingUpload(
    string Sha256, string Name, FileKind Format, int SizeBytes, int Sheets, string? InvoiceNumber, string? UsedBy);

/// <summary>What one's own form holds already, in the order asked: uploads, and documents of one's dropped vouchers.</summary>
public sealed record WaitingUploads(IReadOnlyList<string> Sha256) : Query<IReadOnlyList<WaitingUpload>>
{
    internal override Need Needs => Need.Any(Enum.GetValues<Role>());

    internal override async Task<IReadOnlyList<WaitingUpload>> Answer(Work work, CancellationToken ct)
    {
        List<Row> found = await work.Db.Database.SqlQuery<Row>($"""
            select distinct on (x.sha256) encode(x.sha256, 'hex') as "Sha256", x.name as "Name", x.format as "Format", x.size as "SizeBytes",
                   x.sheets as "Sheets", x.invoice_number as "InvoiceNumber",
                   voucher_called({work.Book}, document_used_by({work.Book}, x.sha256, x.invoice_number, null)) as "UsedBy"
              from (select u.sha256, u.name, u.format, length(u.content) as size, u.sheets, u.invoice_number, 0 as rank
                      from document_upload u where u.book_id = {work.Book} and u.uploaded_by = {work.Actor}
                    union all
                    select d.sha256, d.name, c.format, c.size_bytes, d.sheets, d.invoice_number, 1
                      from voucher_document d
                      join voucher v on v.book_id = d.book_id and v.voucher_id = d.voucher_id
                      join document c on c.book_id = d.book_id and c.sha256 = d.sha256
                     where d.book_id = {work.Book} and v.maker_id = {work.Actor} and v.state in ('rejected', 'withdrawn')) x
             where encode(x.sha256, 'hex') = any ({Sha256.ToArray()})
             order by x.sha256, x.rank
            """).ToListAsync(ct);
        return
        [
            .. Sha256.Distinct().Select(hash => found.FirstOrDefault(row => row.Sha256 == hash)).OfType<Row>()
                .Select(row => new WaitingUpload(row.Sha256, row.Name, Codes.Parse<FileKind>(row.Format), row.SizeBytes,
                    row.Sheets, row.InvoiceNumber, row.UsedBy)),
        ];
    }

    private sealed record Row(
        string Sha256, string Name, string Format, int SizeBytes, int Sheets, string? InvoiceNumber, string? UsedBy);
}
