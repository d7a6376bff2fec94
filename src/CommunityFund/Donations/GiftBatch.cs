using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>The life of a batch.</summary>
public enum GiftBatchState
{
    /// <summary>Gifts are being typed.</summary>
    Open,

    /// <summary>Its vouchers are written.</summary>
    Prepared,

    /// <summary>Given up.</summary>
    Dropped,
}

/// <summary>成批录入: gifts typed against a count and a total that were said first, off the bank slip or the counted box.</summary>
public sealed class GiftBatch
{
    /// <summary>There is no such batch in this book.</summary>
    public const string Unknown = "gift-batch.unknown";

    public required int BookId { get; init; }

    public long GiftBatchId { get; init; }

    public required string Title { get; init; }

    /// <summary>How many gifts there must be.</summary>
    public required short Gifts { get; init; }

    /// <summary>What they must come to, in fen.</summary>
    public required long Total { get; init; }

    public required int AccountId { get; init; }

    public required LocalDate ReceivedOn { get; init; }

    public required GiftBatchState State { get; set; }

    public required long OpenedBy { get; init; }

    public required Instant OpenedAt { get; init; }

    public long? EndedBy { get; set; }

    public Instant? EndedAt { get; set; }

    public long? VoucherId { get; set; }

    internal static async Task<GiftBatch> Open(Work work, long id, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync($"select 1 from gift_batch where book_id = {work.Book} and gift_batch_id = {id} for update", ct);
        GiftBatch row = await work.Db.Set<GiftBatch>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.GiftBatchId == id, ct)
            ?? throw new RefusedException(Unknown, ("batch", id));
        return row.State == GiftBatchState.Open ? row : throw new RefusedException(ConstraintRefusal.GiftBatchOver, ("state", Term.Of(row.State)));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<GiftBatch>
    {
        public void Configure(EntityTypeBuilder<GiftBatch> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GiftBatchId });
            entity.Property(row => row.GiftBatchId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>One gift of a batch.</summary>
public sealed class GiftBatchRow
{
    public required int BookId { get; init; }

    public required long GiftBatchId { get; init; }

    public required short RowNo { get; init; }

    public long? DonorId { get; init; }

    public required int FundId { get; init; }

    public required long Units { get; init; }

    public required Restriction Restriction { get; init; }

    public required string Clause { get; init; }

    public long? GiftAgreementId { get; init; }

    public long? CampaignId { get; init; }

    public required string Note { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GiftBatchRow>
    {
        public void Configure(EntityTypeBuilder<GiftBatchRow> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GiftBatchId, row.RowNo });
            entity.Property(row => row.Restriction).AsCode();
        }
    }
}
