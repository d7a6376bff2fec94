using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>分期缴还计划: proposed by one, agreed to by the second approver.</summary>
public sealed class GrantInstalmentPlan
{
    public required int BookId { get; init; }

    public required long GrantDemandId { get; init; }

    public required short No { get; init; }

    public required RegisterState State { get; set; }

    public required string Reason { get; init; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantInstalmentPlan>
    {
        public void Configure(EntityTypeBuilder<GrantInstalmentPlan> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantDemandId, row.No });
            entity.Property(row => row.No).ValueGeneratedNever();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>One instalment of a plan.</summary>
public sealed class GrantPlannedInstalment
{
    public required int BookId { get; init; }

    public required long GrantDemandId { get; init; }

    public required short PlanNo { get; init; }

    public required short No { get; init; }

    public required LocalDate DueOn { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantPlannedInstalment>
    {
        public void Configure(EntityTypeBuilder<GrantPlannedInstalment> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantDemandId, row.PlanNo, row.No });
            entity.Property(row => row.PlanNo).ValueGeneratedNever();
            entity.Property(row => row.No).ValueGeneratedNever();
        }
    }
}

/// <summary>What is waited for on a claim: the whole of it, or an instalment. Banking matches a bank line against its expectation.</summary>
public sealed class GrantInstalment
{
    public required int BookId { get; init; }

    public required long GrantDemandId { get; init; }

    public required short No { get; init; }

    public required LocalDate DueOn { get; init; }

    public required long Units { get; init; }

    public required long ExpectationId { get; init; }

    /// <summary>When it was replaced by others, or given up.</summary>
    public Instant? EndedAt { get; set; }

    public Instant? PaidAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantInstalment>
    {
        public void Configure(EntityTypeBuilder<GrantInstalment> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantDemandId, row.No });
            entity.Property(row => row.No).ValueGeneratedNever();
        }
    }
}
