using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>Why an award ended before its agreement.</summary>
public enum AwardEnd
{
    /// <summary>The lead gave it up.</summary>
    Declined,

    /// <summary>Nobody signed in time.</summary>
    Lapsed,

    /// <summary>Taken back by resolution.</summary>
    Revoked,
}

/// <summary>批准资助: a promise in the books, signed by two.</summary>
public sealed class GrantAward
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AwardNo { get; init; }

    public required short DecisionVersion { get; init; }

    public required long ProjectId { get; init; }

    public required long Units { get; init; }

    /// <summary>Number of the resolution.</summary>
    public required string Resolution { get; init; }

    /// <summary>Who signed first: the maker of its voucher.</summary>
    public required long SignedBy { get; init; }

    /// <summary>Who signed second: the reviewer of its voucher.</summary>
    public required long ConfirmedBy { get; init; }

    public required LocalDate AwardedOn { get; init; }

    public required Instant AwardedAt { get; init; }

    /// <summary>The last day for the agreement.</summary>
    public required LocalDate AgreementDue { get; init; }

    public required long VoucherId { get; init; }

    public AwardEnd? EndedAs { get; set; }

    public Instant? EndedAt { get; set; }

    public long? EndedVoucherId { get; set; }

    internal static Task<GrantAward?> Open(Work work, long grant, CancellationToken ct) => work.Db.Set<GrantAward>()
        .SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantId == grant && row.EndedAt == null, ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAward>
    {
        public void Configure(EntityTypeBuilder<GrantAward> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AwardNo });
            entity.Property(row => row.AwardNo).ValueGeneratedNever();
            entity.Property(row => row.EndedAs).AsCode();
        }
    }
}

/// <summary>What a fund promises of it.</summary>
public sealed class GrantAwardFund
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AwardNo { get; init; }

    public required int FundId { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAwardFund>
    {
        public void Configure(EntityTypeBuilder<GrantAwardFund> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AwardNo, row.FundId });
    }
}

/// <summary>A restricted gift reserved for an award; written by the database.</summary>
public sealed class GrantLot
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AwardNo { get; init; }

    public required long LotId { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantLot>
    {
        public void Configure(EntityTypeBuilder<GrantLot> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AwardNo, row.LotId });
    }
}
