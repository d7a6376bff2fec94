using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>听取负责人意见: the lead was heard before the grant ends, or was told and did not come. Never changed.</summary>
public sealed class GrantHearing
{
    public required int BookId { get; init; }

    public long GrantHearingId { get; init; }

    public required long GrantId { get; init; }

    /// <summary>The grant's state version at that time.</summary>
    public required int StateVersion { get; init; }

    /// <summary>The day on which the lead was told of it.</summary>
    public required LocalDate ToldOn { get; init; }

    public required LocalDate HeardOn { get; init; }

    /// <summary>Whether the lead came.</summary>
    public required bool Came { get; init; }

    public required string Summary { get; init; }

    public required long HeardBy { get; init; }

    public required Instant NotedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantHearing>
    {
        public void Configure(EntityTypeBuilder<GrantHearing> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantHearingId });
            entity.Property(row => row.GrantHearingId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>Why a grant ends before its time.</summary>
public enum TerminationCause
{
    /// <summary>自愿.</summary>
    Voluntary,

    /// <summary>不可抗力.</summary>
    ForceMajeure,

    /// <summary>违约.</summary>
    Breach,

    /// <summary>目的不能实现.</summary>
    PurposeUnreachable,
}

/// <summary>The desk or the panel proposes to end a grant; the steering group decides with the second approver.</summary>
public sealed class GrantTermination
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short No { get; init; }

    public required int StateVersion { get; init; }

    public required TerminationCause Cause { get; init; }

    public required string Reason { get; init; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantTermination>
    {
        public void Configure(EntityTypeBuilder<GrantTermination> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.No });
            entity.Property(row => row.No).ValueGeneratedNever();
            entity.Property(row => row.Cause).AsCode();
        }
    }
}

/// <summary>认定不合规支出: the panel found that an expense that was accepted is not allowed. It is claimed back with the next demand.</summary>
public sealed class GrantDisallowance
{
    public required int BookId { get; init; }

    public long GrantDisallowanceId { get; init; }

    public required long GrantId { get; init; }

    public required long TrancheId { get; init; }

    public required long Units { get; init; }

    public required string What { get; init; }

    public required string Clause { get; init; }

    public required long FoundBy { get; init; }

    public required Instant FoundAt { get; init; }

    /// <summary>The demand that claims it; null as long as none does.</summary>
    public long? GrantDemandId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantDisallowance>
    {
        public void Configure(EntityTypeBuilder<GrantDisallowance> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantDisallowanceId });
            entity.Property(row => row.GrantDisallowanceId).ValueGeneratedOnAdd();
        }
    }
}
