using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A statement file between its preview and its import; only who uploaded it can go on with it.</summary>
public sealed class BankUpload
{
    /// <summary>The upload was imported, has expired, or is another person's.</summary>
    public const string Gone = "bank.upload-gone";

    public required int BookId { get; init; }

    public long BankUploadId { get; init; }

    public required long UploadedBy { get; init; }

    public required string FileName { get; init; }

    public required byte[] Content { get; init; }

    public required byte[] Sha256 { get; init; }

    public required Instant UploadedAt { get; init; }

    public required Instant ExpiresAt { get; init; }

    /// <summary>What a person corrected, as <see cref="StatementReading"/> writes it; null if nothing.</summary>
    public string? Reading { get; set; }

    internal static async Task<BankUpload> Of(Work work, long upload, CancellationToken ct) =>
        await work.Db.Set<BankUpload>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.BankUploadId == upload && row.UploadedBy == work.Actor && row.ExpiresAt > work.Now, ct)
        ?? throw new RefusedException(Gone);

    /// <summary>Reads the file as it would be imported.</summary>
    internal async Task<StatementFile> Read(Work work, Action<int>? told, CancellationToken ct) => StatementFile.Read(
        Content, FileName, StatementReading.Of(Reading), await BankProfile.All(work, ct), told, ct);

    internal sealed class Mapping : IEntityTypeConfiguration<BankUpload>
    {
        public void Configure(EntityTypeBuilder<BankUpload> entity)
        {
            entity.HasKey(upload => new { upload.BookId, upload.BankUploadId });
            entity.Property(upload => upload.BankUploadId).ValueGeneratedOnAdd();
        }
    }
}
