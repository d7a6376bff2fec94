using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>用款申请: what a lead asked for, with the tier and the matrix that held then. Written once.</summary>
public sealed class TrancheRequest
{
    public required int BookId { get; init; }

    public required long TrancheId { get; init; }

    public required short RequestNo { get; init; }

    public required long Units { get; init; }

    public required string Purpose { get; init; }

    /// <summary>The version of the agreement whose budget its lines name.</summary>
    public required short AgreementVersion { get; init; }

    public required ApprovalTier Tier { get; init; }

    public required short TierVersion { get; init; }

    public required bool CheckerApproves { get; init; }

    public required bool ApproverReleases { get; init; }

    public required bool ApproverReviews { get; init; }

    /// <summary>代付: the foundation is to pay the supplier itself.</summary>
    public required bool IsPurchase { get; init; }

    public required long RequestedBy { get; init; }

    public required Instant RequestedAt { get; init; }

    internal static Task<TrancheRequest?> Current(Work work, Tranche tranche, CancellationToken ct) => work.Db.Set<TrancheRequest>().AsNoTracking()
        .SingleOrDefaultAsync(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId && row.RequestNo == tranche.RequestNo, ct);

    internal sealed class Mapping : IEntityTypeConfiguration<TrancheRequest>
    {
        public void Configure(EntityTypeBuilder<TrancheRequest> entity)
        {
            entity.HasKey(row => new { row.BookId, row.TrancheId, row.RequestNo });
            entity.Property(row => row.RequestNo).ValueGeneratedNever();
            entity.Property(row => row.Tier).AsCode();
        }
    }
}

/// <summary>What of a request is for a line of the agreed budget.</summary>
public sealed class TrancheRequestLine
{
    public required int BookId { get; init; }

    public required long TrancheId { get; init; }

    public required short RequestNo { get; init; }

    public required short LineNo { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<TrancheRequestLine>
    {
        public void Configure(EntityTypeBuilder<TrancheRequestLine> entity) =>
            entity.HasKey(row => new { row.BookId, row.TrancheId, row.RequestNo, row.LineNo });
    }
}

/// <summary>A paper of a request: a quotation, a contract, a photograph.</summary>
public sealed class TrancheRequestPaper
{
    public required int BookId { get; init; }

    public required long TrancheId { get; init; }

    public required short RequestNo { get; init; }

    public required short Ordinal { get; init; }

    public required long FiledDocumentId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<TrancheRequestPaper>
    {
        public void Configure(EntityTypeBuilder<TrancheRequestPaper> entity) =>
            entity.HasKey(row => new { row.BookId, row.TrancheId, row.RequestNo, row.Ordinal });
    }
}

/// <summary>The desk's list of checks of a request: 用途、票据、进度.</summary>
public sealed class TrancheCheck
{
    public required int BookId { get; init; }

    public required long TrancheId { get; init; }

    public required short RequestNo { get; init; }

    public required bool UseOk { get; init; }

    public required bool PapersOk { get; init; }

    public required bool ProgressOk { get; init; }

    public required string Note { get; init; }

    /// <summary>The supplier's account, of a request that the foundation pay the supplier itself.</summary>
    public long? SupplierAccountId { get; init; }

    public required long CheckedBy { get; init; }

    public required Instant CheckedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<TrancheCheck>
    {
        public void Configure(EntityTypeBuilder<TrancheCheck> entity)
        {
            entity.HasKey(row => new { row.BookId, row.TrancheId, row.RequestNo });
            entity.Property(row => row.RequestNo).ValueGeneratedNever();
        }
    }
}
