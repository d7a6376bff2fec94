using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>Where money stands that comes after its claim was given up.</summary>
public enum LateRecoveryState
{
    /// <summary>待到账.</summary>
    Awaited,

    /// <summary>已收回.</summary>
    Came,

    /// <summary>已取消.</summary>
    Dropped,
}

/// <summary>核销后收回: money that comes although its claim was written off.</summary>
public sealed class GrantLateRecovery
{
    public required int BookId { get; init; }

    public long GrantLateRecoveryId { get; init; }

    public required long GrantWriteOffId { get; init; }

    public required long Units { get; init; }

    /// <summary>Who pays after all, and why; no name of a natural person.</summary>
    public required string Note { get; init; }

    public required LateRecoveryState State { get; set; }

    public required long ExpectationId { get; init; }

    public required long AwaitedBy { get; init; }

    public required Instant AwaitedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantLateRecovery>
    {
        public void Configure(EntityTypeBuilder<GrantLateRecovery> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantLateRecoveryId });
            entity.Property(row => row.GrantLateRecoveryId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}
