using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Units;

/// <summary>积分批次: points that one entry issued to one person, for reading: lots follow the entries, the first to expire go first.</summary>
public sealed class PointLot
{
    public required int BookId { get; init; }

    public required long PointLotId { get; init; }

    public required int FundId { get; init; }

    public required long PersonId { get; init; }

    public required long EntryNo { get; init; }

    public required LocalDate EarnedOn { get; init; }

    /// <summary>The last day they may be used.</summary>
    public required LocalDate ExpiresOn { get; init; }

    public required long Units { get; init; }

    public required long Reserved { get; init; }

    public required long Redeemed { get; init; }

    public required long Expired { get; init; }

    public required long TakenBack { get; init; }

    /// <summary>What may still be used: units less the four above.</summary>
    public long Free { get; private set; }

    internal sealed class Mapping : IEntityTypeConfiguration<PointLot>
    {
        public void Configure(EntityTypeBuilder<PointLot> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PointLotId });
            entity.Property(row => row.Free).ValueGeneratedOnAddOrUpdate();
        }
    }
}

/// <summary>What an entry does to a lot.</summary>
public enum PointStep
{
    /// <summary>Spoken for.</summary>
    Reserved,

    /// <summary>Handed out.</summary>
    Redeemed,

    /// <summary>Not used in time.</summary>
    Expired,

    /// <summary>A correction took them back.</summary>
    TakenBack,
}

/// <summary>What one entry did to one lot, for reading.</summary>
public sealed class PointMove
{
    public required int BookId { get; init; }

    public required long EntryNo { get; init; }

    public required long PointLotId { get; init; }

    public required PointStep Step { get; init; }

    /// <summary>Below zero: given back.</summary>
    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PointMove>
    {
        public void Configure(EntityTypeBuilder<PointMove> entity)
        {
            entity.HasKey(row => new { row.BookId, row.EntryNo, row.PointLotId });
            entity.Property(row => row.Step).AsCode();
        }
    }
}
