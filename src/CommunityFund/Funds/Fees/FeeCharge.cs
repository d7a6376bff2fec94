using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Funds.Fees;

/// <summary>Where the voucher of a fee stands.</summary>
public enum FeeChargeState
{
    /// <summary>It waits for review.</summary>
    Prepared,

    /// <summary>In the books.</summary>
    Posted,

    /// <summary>Rejected or withdrawn; its gifts may be charged again.</summary>
    Dropped,

    /// <summary>Reversed in red; its gifts may be charged again.</summary>
    Reversed,
}

/// <summary>The fee on some gifts to a fund, all restricted or all not, with its voucher.</summary>
public sealed class FeeCharge
{
    public required int BookId { get; init; }

    public long FeeChargeId { get; init; }

    public required int FundId { get; init; }

    public required Restriction Restriction { get; init; }

    public required long Units { get; init; }

    public required FeeChargeState State { get; set; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    public long? VoucherId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<FeeCharge>
    {
        public void Configure(EntityTypeBuilder<FeeCharge> entity)
        {
            entity.HasKey(row => new { row.BookId, row.FeeChargeId });
            entity.Property(row => row.FeeChargeId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
            entity.Property(row => row.Restriction).AsCode();
        }
    }
}

/// <summary>What one gift bears of a charge.</summary>
public sealed class FeeChargeGift
{
    public required int BookId { get; init; }

    public required long FeeChargeId { get; init; }

    public required long LotId { get; init; }

    public required short Basis { get; init; }

    public required long Units { get; init; }

    public required string Agreement { get; init; }

    /// <summary>False once the charge was dropped or reversed; the database follows it.</summary>
    public bool Stands { get; init; } = true;

    internal sealed class Mapping : IEntityTypeConfiguration<FeeChargeGift>
    {
        public void Configure(EntityTypeBuilder<FeeChargeGift> entity) =>
            entity.HasKey(row => new { row.BookId, row.FeeChargeId, row.LotId });
    }
}
