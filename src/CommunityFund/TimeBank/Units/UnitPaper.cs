using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CommunityFund.TimeBank.Units;

/// <summary>What an entry of series 时 or 分 is, and the entry it takes back or settles. Written with the voucher.</summary>
public sealed class UnitPaper
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required int FundId { get; init; }

    public required UnitKind Kind { get; init; }

    /// <summary>It takes back, in red.</summary>
    public required bool IsRed { get; init; }

    /// <summary>The entry that it takes back, or the reservation that it hands out.</summary>
    public long? OfEntryNo { get; init; }

    /// <summary>The command in the log that posted it.</summary>
    public required Guid CommandKey { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<UnitPaper>
    {
        public void Configure(EntityTypeBuilder<UnitPaper> entity)
        {
            entity.HasKey(row => new { row.BookId, row.VoucherId });
            entity.Property(row => row.Kind).AsCode();
        }
    }
}
