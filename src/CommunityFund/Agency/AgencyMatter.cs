using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Agency;

/// <summary>A matter in which money or goods are held for others (受托代理事项), with the tests that make it one (regulation case
/// 25).</summary>
public sealed class AgencyMatter
{
    /// <summary>There is no such matter.</summary>
    public const string Unknown = "agency.unknown";

    /// <summary>Nobody else has agreed to the answers yet.</summary>
    public const string NotAgreed = "agency.not-agreed";

    /// <summary>The recipient is not on the matter's list.</summary>
    public const string NotOnList = "agency.not-on-list";

    public required int BookId { get; init; }

    public long AgencyMatterId { get; init; }

    public required long PrincipalId { get; init; }

    public required string Title { get; init; }

    /// <summary>A transfer agreement says so.</summary>
    public required bool ByAgreement { get; init; }

    /// <summary>The duty to a certain recipient arises on receipt.</summary>
    public required bool DutyOnReceipt { get; init; }

    /// <summary>The body only stands between and can change neither recipient nor use.</summary>
    public required bool OnlyBetween { get; init; }

    /// <summary>The principal named the recipients.</summary>
    public required bool PrincipalNamed { get; init; }

    /// <summary>Where that is written.</summary>
    public required string Grounds { get; init; }

    public required long FiledDocumentId { get; init; }

    public required RegisterState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>The matter, locked.</summary>
    internal static async Task<AgencyMatter> Lock(Work work, long matter, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from agency_matter where book_id = {work.Book} and agency_matter_id = {matter} for no key update", ct);
        return await work.Db.Set<AgencyMatter>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.AgencyMatterId == matter, ct)
            ?? throw new RefusedException(Unknown, ("matter", matter));
    }

    /// <summary>The matter, locked, if two people agreed to its answers and the recipient is on its list.</summary>
    internal static async Task<AgencyMatter> For(Work work, long matter, long recipient, CancellationToken ct)
    {
        AgencyMatter row = await Lock(work, matter, ct);
        if (row.State != RegisterState.Agreed)
        {
            throw new RefusedException(NotAgreed, ("title", row.Title));
        }

        return await work.Db.Set<AgencyRecipient>()
            .AnyAsync(each => each.BookId == work.Book && each.AgencyMatterId == matter && each.PersonId == recipient, ct)
            ? row : throw new RefusedException(NotOnList, ("title", row.Title));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<AgencyMatter>
    {
        public void Configure(EntityTypeBuilder<AgencyMatter> entity)
        {
            entity.HasKey(row => new { row.BookId, row.AgencyMatterId });
            entity.Property(row => row.AgencyMatterId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>Somebody the principal named.</summary>
public sealed class AgencyRecipient
{
    public required int BookId { get; init; }

    public required long AgencyMatterId { get; init; }

    public required long PersonId { get; init; }

    /// <summary>What is meant for them; null if it is not said.</summary>
    public long? MeantUnits { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<AgencyRecipient>
    {
        public void Configure(EntityTypeBuilder<AgencyRecipient> entity) =>
            entity.HasKey(row => new { row.BookId, row.AgencyMatterId, row.PersonId });
    }
}

/// <summary>What a voucher brought for a recipient, or passed on.</summary>
public sealed class AgencyMove
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required long AgencyMatterId { get; init; }

    public required long PersonId { get; init; }

    /// <summary>Positive came in, negative was passed on.</summary>
    public required long Units { get; init; }

    public required bool InGoods { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<AgencyMove>
    {
        public void Configure(EntityTypeBuilder<AgencyMove> entity) => entity.HasKey(row => new { row.BookId, row.VoucherId });
    }
}
