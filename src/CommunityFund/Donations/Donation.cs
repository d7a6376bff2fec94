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

/// <summary>How the donor is named for this one gift.</summary>
public enum GiftNaming
{
    /// <summary>As the register says of the donor.</summary>
    AsDonor,

    /// <summary>实名.</summary>
    Named,

    /// <summary>By the public name of the register.</summary>
    Alias,

    /// <summary>仅对外匿名.</summary>
    Hidden,
}

/// <summary>The way a gift came.</summary>
public enum GiftChannel
{
    /// <summary>Gifts of before, of which nobody asked.</summary>
    Unsaid,

    /// <summary>银行转账.</summary>
    Bank,

    /// <summary>现金.</summary>
    Cash,

    /// <summary>网络平台.</summary>
    Platform,

    /// <summary>支票.</summary>
    Cheque,

    /// <summary>实物: goods, equipment, rights or services.</summary>
    InKind,

    /// <summary>Anything else.</summary>
    Other,
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

    /// <summary>The line of its voucher, and later of its entry, that is its lot.</summary>
    public short? LineNo { get; set; }

    public required DonationState State { get; set; }

    public long? GiftAgreementId { get; init; }

    public long? CampaignId { get; init; }

    public GiftNaming Naming { get; init; }

    public GiftChannel Channel { get; init; }

    /// <summary>订单号 of a platform; empty for none. One order is booked once.</summary>
    public string OrderNumber { get; init; } = "";

    /// <summary>Whether the donor asked for a receipt.</summary>
    public bool WantsReceipt { get; init; }

    public string Note { get; init; } = "";

    public long? GiftBatchId { get; init; }

    public long? GiftListId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Donation>
    {
        public void Configure(EntityTypeBuilder<Donation> entity)
        {
            entity.HasKey(donation => new { donation.BookId, donation.DonationId });
            entity.Property(donation => donation.DonationId).ValueGeneratedOnAdd();
            entity.Property(donation => donation.State).AsCode();
            entity.Property(donation => donation.Restriction).AsCode();
            entity.Property(donation => donation.Naming).AsCode();
            entity.Property(donation => donation.Channel).AsCode();
        }
    }
}
