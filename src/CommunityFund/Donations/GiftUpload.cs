using System.Security.Cryptography;
using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A gift list between its preview and its import; only who uploaded it can go on with it.</summary>
public sealed class GiftUpload
{
    /// <summary>The upload was imported, has expired, or is another person's.</summary>
    public const string Gone = "gift-list.upload-gone";

    internal static readonly Duration Kept = Duration.FromHours(24);

    public required int BookId { get; init; }

    public long GiftUploadId { get; init; }

    public required long UploadedBy { get; init; }

    public required string FileName { get; init; }

    public required byte[] Content { get; init; }

    public required byte[] Sha256 { get; init; }

    public required Instant UploadedAt { get; init; }

    public required Instant ExpiresAt { get; init; }

    internal static async Task<GiftUpload> Of(Work work, long upload, CancellationToken ct) =>
        await work.Db.Set<GiftUpload>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book && row.GiftUploadId == upload
            && row.UploadedBy == work.Actor && row.ExpiresAt > work.Now, ct) ?? throw new RefusedException(Gone);

    internal sealed class Mapping : IEntityTypeConfiguration<GiftUpload>
    {
        public void Configure(EntityTypeBuilder<GiftUpload> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GiftUploadId });
            entity.Property(row => row.GiftUploadId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>A list of gifts comes in to be looked at; nothing is recorded yet.</summary>
/// <param name="Content">The bytes; the log keeps their digest instead.</param>
public sealed record UploadGiftList(Guid Key, [property: Personal] string FileName, [property: JsonIgnore] byte[] Content) : Command<long>(Key)
{
    /// <summary>The largest list.</summary>
    public const int LargestBytes = GiftTable.LargestBytes;

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Content));

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        // What holds no list is refused at once and not kept.
        GiftColumns.Of(GiftTable.Read(Content));
        DateTime now = work.Now.ToDateTimeUtc();
        await work.Db.Database.ExecuteSqlAsync(
            $"delete from gift_upload where book_id = {work.Book} and (uploaded_by = {work.ActorId} or expires_at < {now})", ct);
        string name = PlainText.Of(FileName);
        GiftUpload upload = new()
        {
            BookId = work.Book,
            UploadedBy = work.ActorId,
            FileName = name.Length == 0 ? "-" : name[..Math.Min(name.Length, 100)],
            Content = Content,
            Sha256 = SHA256.HashData(Content),
            UploadedAt = work.Now,
            ExpiresAt = work.Now + GiftUpload.Kept,
        };
        work.Db.Add(upload);
        await work.Db.SaveChangesAsync(ct);
        return upload.GiftUploadId;
    }
}
