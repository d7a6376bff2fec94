using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>The life of a gift of money.</summary>
public enum DonationState
{
    /// <summary>Its voucher waits for review.</summary>
    Waiting,

    /// <summary>In the books.</summary>
    Accepted,

    /// <summary>Its voucher was rejected or withdrawn.</summary>
    Dropped,

    /// <summary>Its voucher was reversed.</summary>
    Reversed,
}

/// <summary>A gift of money to a fund, from somebody or from nobody known.</summary>
public sealed class Donation
{
    public required int BookId { get; init; }

    public long DonationId { get; init; }

    public required int FundId { get; init; }

    /// <summary>Null for an anonymous gift.</summary>
    public long? DonorId { get; init; }

    public required long Units { get; init; }

    public required LocalDate ReceivedOn { get; init; }

    public required Restriction Restriction { get; init; }

    public required string Clause { get; init; }

    public long? VoucherId { get; set; }

    public required DonationState State { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Donation>
    {
        public void Configure(EntityTypeBuilder<Donation> entity)
        {
            entity.HasKey(donation => new { donation.BookId, donation.DonationId });
            entity.Property(donation => donation.DonationId).ValueGeneratedOnAdd();
            entity.Property(donation => donation.State).AsCode();
            entity.Property(donation => donation.Restriction).AsCode();
        }
    }
}
