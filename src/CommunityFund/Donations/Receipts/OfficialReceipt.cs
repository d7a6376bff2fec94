using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>How an official receipt stands.</summary>
public enum ReceiptState
{
    /// <summary>Made out and valid.</summary>
    Registered,

    /// <summary>作废: spoiled, or taken back by a red one.</summary>
    Void,

    /// <summary>换开: taken back, and another was made out for the same gift.</summary>
    Replaced,
}

/// <summary>公益事业捐赠票据: made out in the fiscal system and only registered here (rulings 24), each number once.</summary>
public sealed class OfficialReceipt
{
    /// <summary>There is no such receipt in the register.</summary>
    public const string Unknown = "receipt.unknown";

    /// <summary>It was taken back already.</summary>
    public const string NotValid = "receipt.not-valid";

    public required int BookId { get; init; }

    public long OfficialReceiptId { get; init; }

    public required string Code { get; init; }

    public required string Number { get; init; }

    /// <summary>校验码, or empty.</summary>
    public required string CheckCode { get; init; }

    public required LocalDate IssuedOn { get; init; }

    /// <summary>Fen; nothing only for a spoiled one.</summary>
    public required long Units { get; init; }

    /// <summary>Null if it is made out to nobody by name.</summary>
    public long? PayerId { get; init; }

    /// <summary>The gift; null only for a spoiled one.</summary>
    public long? DonationId { get; set; }

    /// <summary>The receipt that it was made out anew for.</summary>
    public long? ReplacesId { get; init; }

    public required ReceiptState State { get; set; }

    public required long RegisteredBy { get; init; }

    public required Instant RegisteredAt { get; init; }

    public LocalDate? VoidedOn { get; set; }

    public long? VoidedBy { get; set; }

    public Instant? VoidedAt { get; set; }

    public string Reason { get; set; } = "";

    /// <summary>All copies of a paper receipt are kept, marked 作废.</summary>
    public bool CopiesKept { get; set; }

    /// <summary>Number of the red receipt that takes back an electronic one.</summary>
    public string? RedNumber { get; set; }

    /// <summary>The receipt, locked, if it is valid.</summary>
    internal static async Task<OfficialReceipt> Lock(Work work, long receipt, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from official_receipt where book_id = {work.Book} and official_receipt_id = {receipt} for no key update", ct);
        OfficialReceipt row = await work.Db.Set<OfficialReceipt>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.OfficialReceiptId == receipt, ct)
            ?? throw new RefusedException(Unknown);
        return row.State == ReceiptState.Registered ? row
            : throw new RefusedException(NotValid, ("number", row.Number), ("state", Term.Of(row.State)), ("reason", row.Reason));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<OfficialReceipt>
    {
        public void Configure(EntityTypeBuilder<OfficialReceipt> entity)
        {
            entity.HasKey(row => new { row.BookId, row.OfficialReceiptId });
            entity.Property(row => row.OfficialReceiptId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>The receipt itself as the fiscal system gives it out, or a photo of the paper. Its content is read apart.</summary>
public sealed class ReceiptFile
{
    public required int BookId { get; init; }

    public required long OfficialReceiptId { get; init; }

    public required byte[] Sha256 { get; init; }

    public required FileKind Format { get; init; }

    public required string Name { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<ReceiptFile>
    {
        public void Configure(EntityTypeBuilder<ReceiptFile> entity)
        {
            entity.HasKey(row => new { row.BookId, row.OfficialReceiptId, row.Sha256 });
            entity.Property(row => row.Format).AsCode();
            entity.Property<byte[]>("Content").IsRequired();
        }
    }
}

/// <summary>慈善法 38: the donor gives up the receipt, which is noted.</summary>
public sealed class ReceiptWaiver
{
    public required int BookId { get; init; }

    public required long DonationId { get; init; }

    public required string Reason { get; init; }

    public required long NotedBy { get; init; }

    public required Instant NotedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<ReceiptWaiver>
    {
        public void Configure(EntityTypeBuilder<ReceiptWaiver> entity) =>
            entity.HasKey(row => new { row.BookId, row.DonationId });
    }
}
