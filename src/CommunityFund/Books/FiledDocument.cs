using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>A paper that proves a row of a register rather than a voucher: an agreement, declared accounts, a list of
/// recipients. Kept as it
/// came; its content is read apart.</summary>
public sealed class FiledDocument
{
    /// <summary>The paper is missing, was uploaded too long ago, by somebody else, or never.</summary>
    public const string Missing = "filed.missing";

    /// <summary>There is no such paper.</summary>
    public const string Unknown = "filed.unknown";

    public required int BookId { get; init; }

    public long FiledDocumentId { get; init; }

    public required byte[] Sha256 { get; init; }

    public required FileKind Format { get; init; }

    public required string Name { get; init; }

    public required short Sheets { get; init; }

    public string? InvoiceNumber { get; init; }

    public required long KeptBy { get; init; }

    public required Instant KeptAt { get; init; }

    /// <summary>Keeps what the person has uploaded.</summary>
    /// <returns>Its number in the file.</returns>
    /// <exception cref="RefusedException">There is none.</exception>
    internal static async Task<long> Keep(Work work, IReadOnlyList<Enclosure>? papers, CancellationToken ct)
    {
        if (papers is not [{ } paper, ..])
        {
            throw new RefusedException(Missing);
        }

        byte[] hash = paper.Bytes();
        long[] kept = await work.Db.Database.SqlQuery<long>(
            $"""
            insert into filed_document (book_id, sha256, format, name, sheets, invoice_number, content, kept_by, kept_at)
            select book_id, sha256, format, name, sheets, invoice_number, content, uploaded_by, {work.Now.ToDateTimeUtc()} from document_upload
             where book_id = {work.Book} and uploaded_by = {work.ActorId} and sha256 = {hash} limit 1
            returning filed_document_id as "Value"
            """).ToArrayAsync(ct);
        if (kept is not [long id])
        {
            throw new RefusedException(Missing);
        }

        await work.Db.Database.ExecuteSqlAsync(
            $"delete from document_upload where book_id = {work.Book} and uploaded_by = {work.ActorId} and sha256 = {hash}", ct);
        return id;
    }

    /// <summary>The paper as a voucher encloses it: an upload of whoever prepares the voucher for the moment, since only its
    /// maker
    /// encloses.</summary>
    internal static async Task<IReadOnlyList<Enclosure>> Enclosed(Work work, long document, CancellationToken ct)
    {
        DateTime now = work.Now.ToDateTimeUtc();
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into document_upload (book_id, uploaded_by, sha256, format, name, sheets, invoice_number, content, uploaded_at, expires_at)
            select book_id, {work.ActorId}, sha256, format, name, sheets, invoice_number, content, {now}, {now.AddHours(1)} from filed_document
             where book_id = {work.Book} and filed_document_id = {document}
            on conflict do nothing
            """,
            ct);
        byte[] hash = await work.Db.Set<FiledDocument>().Where(row => row.BookId == work.Book && row.FiledDocumentId == document)
            .Select(row => row.Sha256).SingleAsync(ct);
        return [Enclosure.Of(hash, shared: true)];
    }

    /// <summary>The paper itself, once it is clear that the person at work may read it.</summary>
    /// <exception cref="RefusedException">There is no such paper.</exception>
    internal static async Task<FiledPaper> Read(Work work, long document, CancellationToken ct) =>
        await work.Db.Set<FiledDocument>().AsNoTracking().Where(row => row.BookId == work.Book && row.FiledDocumentId == document)
            .Select(row => new FiledPaper(row.Name, row.Format, EF.Property<byte[]>(row, "Content"))).SingleOrDefaultAsync(ct)
        ?? throw new RefusedException(Unknown, ("document", document));

    internal sealed class Mapping : IEntityTypeConfiguration<FiledDocument>
    {
        public void Configure(EntityTypeBuilder<FiledDocument> entity)
        {
            entity.HasKey(row => new { row.BookId, row.FiledDocumentId });
            entity.Property(row => row.FiledDocumentId).ValueGeneratedOnAdd();
            entity.Property(row => row.Format).AsCode();
            entity.Property<byte[]>("Content").IsRequired();
        }
    }
}

/// <summary>A filed paper's bytes.</summary>
public sealed record FiledPaper(string Name, FileKind Format, byte[] Content);

/// <summary>A filed paper, for those who read the whole book.</summary>
public sealed record ReadFiledPaper(long Document) : Query<FiledPaper>
{
    internal override Need Needs => Need.Any(Role.Accountant, Role.VoucherReviewer, Role.FinanceOffice, Role.Panel,
        Role.Admin).ForWholeBook();

    internal override Task<FiledPaper> Answer(Work work, CancellationToken ct) => FiledDocument.Read(work, Document, ct);
}
