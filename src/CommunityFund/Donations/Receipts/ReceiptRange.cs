using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>What the receipts of a range are.</summary>
public enum ReceiptMedium
{
    /// <summary>电子票据.</summary>
    Electronic,

    /// <summary>纸质票据, printed or written by hand.</summary>
    Paper,
}

/// <summary>号段: numbers of official receipts that the finance bureau handed out.</summary>
public sealed class ReceiptRange
{
    public required int BookId { get; init; }

    public long ReceiptRangeId { get; init; }

    /// <summary>票据代码, eight digits.</summary>
    public required string Code { get; init; }

    /// <summary>票据号码, ten digits.</summary>
    public required string FirstNumber { get; init; }

    public required string LastNumber { get; init; }

    public required ReceiptMedium Medium { get; init; }

    public required LocalDate ReceivedOn { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<ReceiptRange>
    {
        public void Configure(EntityTypeBuilder<ReceiptRange> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ReceiptRangeId });
            entity.Property(row => row.ReceiptRangeId).ValueGeneratedOnAdd();
            entity.Property(row => row.Medium).AsCode();
        }
    }
}

/// <summary>Why a number was never used.</summary>
public sealed class ReceiptGap
{
    public required int BookId { get; init; }

    public required string Code { get; init; }

    public required string Number { get; init; }

    public required string Reason { get; init; }

    public required long GivenBy { get; init; }

    public required Instant GivenAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<ReceiptGap>
    {
        public void Configure(EntityTypeBuilder<ReceiptGap> entity) =>
            entity.HasKey(row => new { row.BookId, row.Code, row.Number });
    }
}
