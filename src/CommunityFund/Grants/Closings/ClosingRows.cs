using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Closings;

/// <summary>What a paper of the closing is.</summary>
public enum ClosingPaperKind
{
    /// <summary>宣传照片.</summary>
    Photo,

    /// <summary>满意度调查.</summary>
    Survey,

    /// <summary>物资移交单.</summary>
    Goods,

    /// <summary>其他.</summary>
    Other,
}

/// <summary>A paper that goes with the report.</summary>
public sealed class GrantClosingPaper
{
    public required int BookId { get; init; }

    public long ClosingPaperId { get; init; }

    public required long GrantId { get; init; }

    public required ClosingPaperKind Kind { get; init; }

    public required long FiledDocumentId { get; init; }

    /// <summary>Whom it shows agreed to its being published.</summary>
    public required bool Consent { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    public long? RemovedBy { get; set; }

    public Instant? RemovedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantClosingPaper>
    {
        public void Configure(EntityTypeBuilder<GrantClosingPaper> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ClosingPaperId });
            entity.Property(row => row.ClosingPaperId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
        }
    }
}

/// <summary>How the panel finds that a project went.</summary>
public enum ClosingGrade
{
    /// <summary>达成预期.</summary>
    Good,

    /// <summary>基本达成.</summary>
    Fair,

    /// <summary>未达成.</summary>
    Poor,
}

/// <summary>评估意见 of the panel; the newest counts.</summary>
public sealed class GrantAssessment
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AssessmentNo { get; init; }

    /// <summary>The report it read.</summary>
    public required short ReportNo { get; init; }

    public required ClosingGrade Grade { get; init; }

    public required string Words { get; init; }

    public required long AssessedBy { get; init; }

    public required Instant AssessedAt { get; init; }

    internal static Task<GrantAssessment?> Newest(Work work, long grant, CancellationToken ct) => work.Db.Set<GrantAssessment>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.GrantId == grant).OrderByDescending(row => row.AssessmentNo).FirstOrDefaultAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAssessment>
    {
        public void Configure(EntityTypeBuilder<GrantAssessment> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AssessmentNo });
            entity.Property(row => row.AssessmentNo).ValueGeneratedNever();
            entity.Property(row => row.Grade).AsCode();
        }
    }
}

/// <summary>Where a finding stands.</summary>
public enum FindingState
{
    /// <summary>待答复.</summary>
    Open,

    /// <summary>已答复.</summary>
    Answered,

    /// <summary>已了结.</summary>
    Closed,
}

/// <summary>问题 that the panel found in a running or closing grant.</summary>
public sealed class GrantFinding
{
    public required int BookId { get; init; }

    public long GrantFindingId { get; init; }

    public required long GrantId { get; init; }

    public required string Words { get; init; }

    /// <summary>阻断: nothing is closed while it is open.</summary>
    public required bool Blocks { get; init; }

    public required FindingState State { get; set; }

    public required long RaisedBy { get; init; }

    public required Instant RaisedAt { get; init; }

    public string Answer { get; set; } = "";

    public long? AnsweredBy { get; set; }

    public Instant? AnsweredAt { get; set; }

    /// <summary>How it ended.</summary>
    public string Ending { get; set; } = "";

    public long? ClosedBy { get; set; }

    public Instant? ClosedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantFinding>
    {
        public void Configure(EntityTypeBuilder<GrantFinding> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantFindingId });
            entity.Property(row => row.GrantFindingId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>Work that goes on once more, for at most sixty days.</summary>
public sealed class GrantReopening
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required LocalDate ReopenedOn { get; init; }

    /// <summary>The last day.</summary>
    public required LocalDate Until { get; init; }

    public required long ReopenedBy { get; init; }

    public required Instant ReopenedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantReopening>
    {
        public void Configure(EntityTypeBuilder<GrantReopening> entity) => entity.HasKey(row => new { row.BookId, row.GrantId });
    }
}

/// <summary>结项证书: what was found, as a text with its hash. Another takes its place where a closed grant was opened again.</summary>
public sealed class GrantCertificate
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short CertificateNo { get; init; }

    public required string Number { get; init; }

    /// <summary>What it certifies, as JSON of ids, days and amounts.</summary>
    public required string Content { get; init; }

    public required byte[] Sha256 { get; init; }

    public required LocalDate IssuedOn { get; init; }

    public required Instant IssuedAt { get; init; }

    /// <summary>Who signed first.</summary>
    public required long FirstBy { get; init; }

    /// <summary>Who signed second.</summary>
    public required long SecondBy { get; init; }

    /// <summary>When the grant was opened again, so that it certifies nothing more.</summary>
    public Instant? EndedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantCertificate>
    {
        public void Configure(EntityTypeBuilder<GrantCertificate> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.CertificateNo });
            entity.Property(row => row.CertificateNo).ValueGeneratedNever();
        }
    }
}
