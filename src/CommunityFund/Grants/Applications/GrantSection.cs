using System.Text.Json;
using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Applications;

/// <summary>A section of an application as it was last saved. Written only while the application is open; PostgreSQL refuses it
/// otherwise.</summary>
public sealed class GrantSection
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required SectionKind Kind { get; init; }

    /// <summary>Counts the savings; a page sends it back, so that nobody writes over what another wrote.</summary>
    public required int Version { get; set; }

    /// <summary>A <see cref="SectionText"/> as JSON, people by id.</summary>
    public required string Content { get; set; }

    public required long SavedBy { get; set; }

    public required Instant SavedAt { get; set; }

    internal SectionText Text => Read(Kind, Content);

    /// <summary>Who carries the project out, as last saved; null while nothing is written of it.</summary>
    internal static async Task<TeamText?> Team(Work work, long grant, CancellationToken ct) =>
        await work.Db.Set<GrantSection>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantId == grant && row.Kind == SectionKind.Team, ct) is { } saved
            ? (TeamText)saved.Text : null;

    internal static SectionText Read(SectionKind kind, string content) => kind switch
    {
        SectionKind.Need => Parse<NeedText>(content),
        SectionKind.Purpose => Parse<PurposeText>(content),
        SectionKind.Plan => Parse<PlanText>(content),
        SectionKind.Indicators => Parse<IndicatorText>(content),
        SectionKind.Team => Parse<TeamText>(content),
        SectionKind.Budget => Parse<BudgetText>(content),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Papers are no text."),
    };

    /// <summary>Always the same for the same text: fields in the order they are declared in.</summary>
    internal static string Write(SectionText text) => JsonSerializer.Serialize(text, text.GetType(), CommandJson.Plain);

    internal static Task<List<GrantSection>> Of(Work work, long grant, CancellationToken ct) => work.Db.Set<GrantSection>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.GrantId == grant).ToListAsync(ct);

    private static T Parse<T>(string content)
        where T : SectionText => JsonSerializer.Deserialize<T>(content, CommandJson.Plain)!;

    internal sealed class Mapping : IEntityTypeConfiguration<GrantSection>
    {
        public void Configure(EntityTypeBuilder<GrantSection> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.Kind });
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.Content).HasColumnType("jsonb");
            entity.Ignore(row => row.Text);
        }
    }
}

/// <summary>A paper that belongs to an application.</summary>
public sealed class GrantPaper
{
    public required int BookId { get; init; }

    public long GrantPaperId { get; init; }

    public required long GrantId { get; init; }

    public required long FiledDocumentId { get; init; }

    /// <summary>The form on paper from which somebody of the desk filled it in; it is never removed.</summary>
    public required bool IsOriginal { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    public long? RemovedBy { get; set; }

    public Instant? RemovedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantPaper>
    {
        public void Configure(EntityTypeBuilder<GrantPaper> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantPaperId });
            entity.Property(row => row.GrantPaperId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>The text of an application as it was signed, with its hash. Never changed.</summary>
public sealed class GrantSnapshot
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    /// <summary>1 is what was submitted, 2 what came back corrected.</summary>
    public required short No { get; init; }

    /// <summary>The state version it was signed at.</summary>
    public required int StateVersion { get; init; }

    /// <summary>Canonical JSON (<see cref="SignedText"/>).</summary>
    public required string Content { get; init; }

    /// <summary>Of its bytes in UTF-8.</summary>
    public required byte[] Sha256 { get; init; }

    public required long Requested { get; init; }

    public required long OwnUnits { get; init; }

    public required long SignedBy { get; init; }

    public required Instant SignedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantSnapshot>
    {
        public void Configure(EntityTypeBuilder<GrantSnapshot> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.No });
            entity.Property(row => row.No).ValueGeneratedNever();
        }
    }
}
