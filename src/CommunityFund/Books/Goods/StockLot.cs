using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>Goods that came in together: of one item, one fund, one restriction and one batch. What of them is there follows their moves,
/// in the database.</summary>
public sealed class StockLot
{
    public required int BookId { get; init; }

    public long StockLotId { get; init; }

    /// <summary>The paper it came in with.</summary>
    public required long StockPaperId { get; init; }

    public required int FundId { get; init; }

    public required long StockItemId { get; init; }

    public required Restriction Restriction { get; init; }

    public required LocalDate ReceivedOn { get; init; }

    public required string Batch { get; init; }

    public LocalDate? ExpiresOn { get; init; }

    public required long Quantity { get; init; }

    /// <summary>Fen; nought for goods that are only noted (备查).</summary>
    public required long Units { get; init; }

    public long OnHand { get; init; }

    public long Value { get; init; }

    /// <summary>What waiting papers take.</summary>
    public long Held { get; init; }

    public long HeldValue { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<StockLot>
    {
        public void Configure(EntityTypeBuilder<StockLot> entity)
        {
            entity.HasKey(row => new { row.BookId, row.StockLotId });
            entity.Property(row => row.StockLotId).ValueGeneratedOnAdd();
            entity.Property(row => row.Restriction).AsCode();
        }
    }
}

/// <summary>What a gift is promised to pay for goods that were bought with restricted money, for reading: it follows the moves.</summary>
public sealed class GoodsReserve
{
    public required int BookId { get; init; }

    public required long StockLotId { get; init; }

    public required long LotId { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GoodsReserve>
    {
        public void Configure(EntityTypeBuilder<GoodsReserve> entity) => entity.HasKey(row => new { row.BookId, row.StockLotId, row.LotId });
    }
}

/// <summary>What of a lot lies in one place, for reading: it follows the moves.</summary>
public sealed class StockStand
{
    public required int BookId { get; init; }

    public required long StockLotId { get; init; }

    public required long StockPlaceId { get; init; }

    public required long OnHand { get; init; }

    public required long Held { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<StockStand>
    {
        public void Configure(EntityTypeBuilder<StockStand> entity) =>
            entity.HasKey(row => new { row.BookId, row.StockLotId, row.StockPlaceId });
    }
}

/// <summary>A lot was called back: nothing of it is handed out any more.</summary>
public sealed class StockRecall
{
    public required int BookId { get; init; }

    public required long StockLotId { get; init; }

    public required string Reason { get; init; }

    public required long RecalledBy { get; init; }

    public required Instant RecalledAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<StockRecall>
    {
        public void Configure(EntityTypeBuilder<StockRecall> entity) => entity.HasKey(row => new { row.BookId, row.StockLotId });
    }
}
