using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Screening;

/// <summary>Something the desk asks a group to correct, by section and field. It opens its section for writing.</summary>
public sealed class GrantCorrection
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short No { get; init; }

    /// <summary>The state version at which it was asked.</summary>
    public required int StateVersion { get; init; }

    public required SectionKind Section { get; init; }

    /// <summary>Which field or line; empty for the section as a whole.</summary>
    public required string Field { get; init; }

    public required string Words { get; init; }

    public required long AskedBy { get; init; }

    public required Instant AskedAt { get; init; }

    internal static Task<List<GrantCorrection>> Of(Work work, long grant, CancellationToken ct) => work.Db.Set<GrantCorrection>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.GrantId == grant).OrderBy(row => row.No).ToListAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantCorrection>
    {
        public void Configure(EntityTypeBuilder<GrantCorrection> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.No });
            entity.Property(row => row.No).ValueGeneratedNever();
            entity.Property(row => row.Section).AsCode();
        }
    }
}
