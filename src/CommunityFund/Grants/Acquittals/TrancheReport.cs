using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>使用报告: what was done with money that was spent when paid.</summary>
public sealed class TrancheReport
{
    public required int BookId { get; init; }

    public required long TrancheId { get; init; }

    public required short Version { get; init; }

    public required string Text { get; init; }

    /// <summary>People served.</summary>
    public required int People { get; init; }

    public required int Activities { get; init; }

    /// <summary>What was spent, in fen.</summary>
    public required long Spent { get; init; }

    public required long SubmittedBy { get; init; }

    public required Instant SubmittedAt { get; init; }

    public bool? Accepted { get; set; }

    public string Reason { get; set; } = "";

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<TrancheReport>
    {
        public void Configure(EntityTypeBuilder<TrancheReport> entity)
        {
            entity.HasKey(row => new { row.BookId, row.TrancheId, row.Version });
            entity.Property(row => row.Version).ValueGeneratedNever();
        }
    }
}

/// <summary>A paper of a report.</summary>
public sealed class TrancheReportPaper
{
    public required int BookId { get; init; }

    public required long TrancheId { get; init; }

    public required short Version { get; init; }

    public required short Ordinal { get; init; }

    public required long FiledDocumentId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<TrancheReportPaper>
    {
        public void Configure(EntityTypeBuilder<TrancheReportPaper> entity) =>
            entity.HasKey(row => new { row.BookId, row.TrancheId, row.Version, row.Ordinal });
    }
}
