using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>One inflow (a gift, a subsidy, a profit handed on, an opening balance) and what is left of it.</summary>
public sealed class GiftLot
{
    public required int BookId { get; init; }

    public long LotId { get; init; }

    public required int FundId { get; init; }

    /// <summary>Restricted lots are reserved when a voucher is prepared; unrestricted ones are used when it is posted.</summary>
    public required Restriction Restriction { get; init; }

    /// <summary>It came as goods, equipment or rights; money is spent of it only when no other is left.</summary>
    public bool InGoods { get; init; }

    public required LocalDate ReceivedOn { get; init; }

    public required long Units { get; init; }

    public required long Reserved { get; init; }

    public required long Used { get; init; }

    public required string Clause { get; init; }

    public long? CounterpartyId { get; init; }

    public required long EntryNo { get; init; }

    public required short LineNo { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GiftLot>
    {
        public void Configure(EntityTypeBuilder<GiftLot> entity)
        {
            entity.HasKey(lot => new { lot.BookId, lot.LotId });
            entity.Property(lot => lot.Restriction).AsCode();
        }
    }
}

/// <summary>What one voucher takes from a lot, or gives back to it.</summary>
public sealed class LotMove
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required long LotId { get; init; }

    public required long Units { get; init; }

    /// <summary>reserved, used or released.</summary>
    public required string State { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<LotMove>
    {
        public void Configure(EntityTypeBuilder<LotMove> entity) =>
            entity.HasKey(move => new { move.BookId, move.VoucherId, move.LotId });
    }
}

/// <summary>What a voucher spent of a fund's unrestricted money beyond all its lots; negative where it gives such spending back.</summary>
public sealed class LotGap
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required int FundId { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<LotGap>
    {
        public void Configure(EntityTypeBuilder<LotGap> entity) => entity.HasKey(gap => new { gap.BookId, gap.VoucherId, gap.FundId });
    }
}

/// <summary>A lot that a voucher names as the one it draws on.</summary>
public sealed class VoucherLot
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required long LotId { get; init; }

    public required long Units { get; init; }

    public required bool Spends { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<VoucherLot>
    {
        public void Configure(EntityTypeBuilder<VoucherLot> entity) =>
            entity.HasKey(named => new { named.BookId, named.VoucherId, named.LotId });
    }
}

/// <summary>How much of which lot a draft draws on.</summary>
/// <param name="Spends">It pays for something, which must serve the lot's clauses; false for what only goes back or goes over.</param>
public sealed record LotDraw(long Lot, Amount Amount, bool Spends);
