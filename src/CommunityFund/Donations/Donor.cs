using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>Where a donor lives or is registered; the annual report counts them apart.</summary>
public enum DonorPlace
{
    /// <summary>境内.</summary>
    Inside,

    /// <summary>境外.</summary>
    Outside,
}

/// <summary>How a donor wants to be named in public (慈善法 第八十二条). Who gave without a name at all is no donor of the register.</summary>
public enum DonorNaming
{
    /// <summary>实名.</summary>
    Named,

    /// <summary>Under another name.</summary>
    Alias,

    /// <summary>仅对外匿名: known to the foundation, named to nobody else.</summary>
    Hidden,
}

/// <summary>What the foundation knows of a donor beside the name, as of one version; the last one counts.</summary>
public sealed class Donor
{
    public required int BookId { get; init; }

    public required long DonorId { get; init; }

    public required short Version { get; init; }

    public required DonorPlace Place { get; init; }

    public required DonorNaming Naming { get; init; }

    /// <summary>The public name where the donor is named by one; else empty.</summary>
    public required string Alias { get; init; }

    /// <summary>关联方.</summary>
    public required bool IsRelated { get; init; }

    /// <summary>主要捐赠人.</summary>
    public required bool IsMain { get; init; }

    /// <summary><see cref="DonorContact"/>, sealed.</summary>
    public byte[]? Contact { get; init; }

    public required long NotedBy { get; init; }

    public required Instant NotedAt { get; init; }

    /// <summary>Who keeps the register, and sees how to reach a donor.</summary>
    internal static readonly Role[] Keepers = [Role.Accountant];

    /// <summary>The last version of each donor.</summary>
    internal static IQueryable<Donor> Current(Work work) => work.Db.Set<Donor>().AsNoTracking().Where(row => row.BookId == work.Book
        && !work.Db.Set<Donor>().Any(later => later.BookId == row.BookId && later.DonorId == row.DonorId && later.Version > row.Version));

    internal sealed class Mapping : IEntityTypeConfiguration<Donor>
    {
        public void Configure(EntityTypeBuilder<Donor> entity)
        {
            entity.HasKey(row => new { row.BookId, row.DonorId, row.Version });
            entity.Property(row => row.Place).AsCode();
            entity.Property(row => row.Naming).AsCode();
        }
    }
}
