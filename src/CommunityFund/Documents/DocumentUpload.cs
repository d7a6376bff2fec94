using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Documents;

/// <summary>A document between its upload and its voucher; only who uploaded it can enclose it.</summary>
public sealed class DocumentUpload
{
    /// <summary>Too many uploads of one person wait for their vouchers.</summary>
    public const string TooMany = "document.too-many-uploads";

    private const int MostWaiting = 60;
    private static readonly Duration Kept = Duration.FromHours(24);

    public required int BookId { get; init; }

    public required long UploadedBy { get; init; }

    public required byte[] Sha256 { get; init; }

    public required FileKind Format { get; init; }

    public required string Name { get; init; }

    public required short Sheets { get; init; }

    public string? InvoiceNumber { get; init; }

    public required byte[] Content { get; init; }

    public required Instant UploadedAt { get; init; }

    public required Instant ExpiresAt { get; init; }

    /// <summary>Keeps an upload for a day; the same one again begins its day anew. What nobody enclosed in time goes.</summary>
    internal static async Task<string> Keep(
        Work work, byte[] content, byte[] sha256, FileKind format, string name, short sheets, string? invoice, CancellationToken ct)
    {
        DateTime now = work.Now.ToDateTimeUtc();
        await work.Db.Database.ExecuteSqlAsync($"""
            delete from document_upload
             where book_id = {work.Book} and (expires_at < {now} or uploaded_by = {work.ActorId} and sha256 = {sha256})
            """, ct);
        if (await work.Db.Set<DocumentUpload>().CountAsync(row => row.BookId == work.Book && row.UploadedBy == work.ActorId, ct)
            >= MostWaiting)
        {
            throw new Ledger.RefusedException(TooMany, ("limit", MostWaiting));
        }

        work.Db.Add(new DocumentUpload
        {
            BookId = work.Book,
            UploadedBy = work.ActorId,
            Sha256 = sha256,
            Format = format,
            Name = name,
            Sheets = sheets,
            InvoiceNumber = invoice,
            Content = content,
            UploadedAt = work.Now,
            ExpiresAt = work.Now + Kept,
        });
        await work.Db.SaveChangesAsync(ct);
        return Convert.ToHexStringLower(sha256);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<DocumentUpload>
    {
        public void Configure(EntityTypeBuilder<DocumentUpload> entity)
        {
            entity.HasKey(upload => new { upload.BookId, upload.UploadedBy, upload.Sha256 });
            entity.Property(upload => upload.Format).AsCode();
        }
    }
}
