using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>
/// 内部指定: what the board resolved about unrestricted money. No restriction, so it changes nothing in the books, and the board
/// may lift it.
/// </summary>
public sealed class Designation
{
    public required int BookId { get; init; }

    public long DesignationId { get; init; }

    public required int FundId { get; init; }

    /// <summary>Null: the whole fund.</summary>
    public long? Units { get; init; }

    public required string Purpose { get; init; }

    /// <summary>Which meeting, which resolution.</summary>
    public required string Resolution { get; init; }

    public required LocalDate DecidedOn { get; init; }

    public required long RecordedBy { get; init; }

    public required Instant RecordedAt { get; init; }

    /// <summary>The resolution that lifted it; null while it stands.</summary>
    public string? Revocation { get; set; }

    public LocalDate? RevokedOn { get; set; }

    public long? RevokedBy { get; set; }

    public Instant? RevokedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Designation>
    {
        public void Configure(EntityTypeBuilder<Designation> entity)
        {
            entity.HasKey(row => new { row.BookId, row.DesignationId });
            entity.Property(row => row.DesignationId).ValueGeneratedOnAdd();
        }
    }
}
