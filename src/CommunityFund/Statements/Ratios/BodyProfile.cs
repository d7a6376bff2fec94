using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>What the body is registered as.</summary>
public enum BodyKind
{
    /// <summary>基金会.</summary>
    Foundation,

    /// <summary>社会团体, as most 慈善会 are.</summary>
    SocialGroup,

    /// <summary>社会服务机构（民办非企业单位）.</summary>
    ServiceBody,
}

/// <summary>What kind of body this is from a day on; the law's ratios go by it. Added to, never changed.</summary>
public sealed class BodyProfile
{
    public required int BookId { get; init; }

    public long BodyProfileId { get; init; }

    public required BodyKind Kind { get; init; }

    /// <summary>公开募捐资格.</summary>
    public required bool RaisesPublicly { get; init; }

    /// <summary>慈善组织.</summary>
    public required bool IsCharity { get; init; }

    public required LocalDate Since { get; init; }

    /// <summary>The certificate that says so.</summary>
    public required string Source { get; init; }

    public required long SetBy { get; init; }

    public required Instant SetAt { get; init; }

    /// <summary>All of a book, the one that counts most first.</summary>
    internal static async Task<IReadOnlyList<BodyProfile>> Of(Work work, CancellationToken ct) =>
        await work.Db.Set<BodyProfile>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.Since).ThenByDescending(row => row.BodyProfileId).ToListAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<BodyProfile>
    {
        public void Configure(EntityTypeBuilder<BodyProfile> entity)
        {
            entity.HasKey(row => new { row.BookId, row.BodyProfileId });
            entity.Property(row => row.BodyProfileId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
        }
    }
}
