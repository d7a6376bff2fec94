using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>Why a grant is suspended (grants.md 5.2, move 19).</summary>
public enum SuspensionCause
{
    /// <summary>报告逾期十五天以上.</summary>
    LateReport,

    /// <summary>审计发现问题.</summary>
    AuditFinding,

    /// <summary>负责人离开.</summary>
    LeadLost,

    /// <summary>异议.</summary>
    Objection,

    /// <summary>投诉.</summary>
    Complaint,
}

/// <summary>The cause of a suspension and when it is looked at again, beside the log's move.</summary>
public sealed class GrantSuspension
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    /// <summary>The state version that the suspension made.</summary>
    public required int StateVersion { get; init; }

    public required SuspensionCause Cause { get; init; }

    public required LocalDate ReviewOn { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantSuspension>
    {
        public void Configure(EntityTypeBuilder<GrantSuspension> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.StateVersion });
            entity.Property(row => row.StateVersion).ValueGeneratedNever();
            entity.Property(row => row.Cause).AsCode();
        }
    }
}
