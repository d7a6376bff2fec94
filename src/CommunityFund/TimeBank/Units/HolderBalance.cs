using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CommunityFund.TimeBank.Units;

/// <summary>What one person holds in a programme, for reading: it follows the entries.</summary>
public sealed class HolderBalance
{
    public required int BookId { get; init; }

    public required int FundId { get; init; }

    public required long PersonId { get; init; }

    /// <summary>Minutes; below zero only where a correction took back what was used already.</summary>
    public required long Hours { get; init; }

    /// <summary>Points to use.</summary>
    public required long Points { get; init; }

    /// <summary>Points that redemptions have spoken for.</summary>
    public required long InRedemption { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<HolderBalance>
    {
        public void Configure(EntityTypeBuilder<HolderBalance> entity) =>
            entity.HasKey(row => new { row.BookId, row.FundId, row.PersonId });
    }
}
