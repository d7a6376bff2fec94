using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>How far a notice has come.</summary>
public enum NoticeState
{
    /// <summary>To be read before it goes out.</summary>
    Written,

    /// <summary>Out, on the page and on the wall.</summary>
    Published,

    /// <summary>Taken back with a word of correction.</summary>
    Withdrawn,

    /// <summary>Never published.</summary>
    Dropped,
}

/// <summary>公示: the cases of a round that are to be given money, for everybody to see and object to.</summary>
public sealed class GrantNotice
{
    /// <summary>There is no such notice.</summary>
    public const string Unknown = "notice.unknown";

    public required int BookId { get; init; }

    public long GrantNoticeId { get; init; }

    public required long GrantRoundId { get; init; }

    /// <summary>What its address on the site is known by.</summary>
    public required Guid PublicId { get; init; }

    public required string Minutes { get; init; }

    /// <summary>Where one objects beside the page.</summary>
    public required string Address { get; init; }

    /// <summary>Where the poster hangs.</summary>
    public required string Poster { get; init; }

    public required NoticeState State { get; set; }

    public required long WrittenBy { get; init; }

    public required Instant WrittenAt { get; init; }

    public long? PublishedBy { get; set; }

    public Instant? PublishedAt { get; set; }

    /// <summary>The first day that counts.</summary>
    public LocalDate? StartsOn { get; set; }

    /// <summary>更正说明, when it is withdrawn.</summary>
    public string Correction { get; set; } = "";

    public long? EndedBy { get; set; }

    public Instant? EndedAt { get; set; }

    internal static async Task<GrantNotice> Lock(Work work, long notice, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from grant_notice where book_id = {work.Book} and grant_notice_id = {notice} for no key update", ct);
        return await work.Db.Set<GrantNotice>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantNoticeId == notice, ct)
            ?? throw new RefusedException(Unknown, ("notice", notice));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantNotice>
    {
        public void Configure(EntityTypeBuilder<GrantNotice> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantNoticeId });
            entity.Property(row => row.GrantNoticeId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>A case of a notice, as it was decided then.</summary>
public sealed class GrantNoticeCase
{
    public required int BookId { get; init; }

    public required long GrantNoticeId { get; init; }

    public required long GrantId { get; init; }

    public required short DecisionVersion { get; init; }

    /// <summary>The last day of its window: the round's days, and what objections took.</summary>
    public LocalDate? EndsOn { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantNoticeCase>
    {
        public void Configure(EntityTypeBuilder<GrantNoticeCase> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantNoticeId, row.GrantId });
    }
}
