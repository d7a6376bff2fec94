using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants;

/// <summary>A move that happened: who, when, from where to where, why, and what was known. Never changed.</summary>
public sealed class GrantLog
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    /// <summary>The state version that the move made, from 1 up.</summary>
    public required int StateVersion { get; init; }

    public required GrantMove Move { get; init; }

    /// <summary>Null for the move that begins the life.</summary>
    public GrantState? FromState { get; init; }

    public required GrantState ToState { get; init; }

    /// <summary>Whose signature made it happen; null for the calendar.</summary>
    public long? ActorId { get; init; }

    public required Instant At { get; init; }

    public required string Reason { get; init; }

    /// <summary>The clause of guide or law it rests on, or empty.</summary>
    public required string Clause { get; init; }

    /// <summary>What the guards saw, as JSON of ids, days and amounts.</summary>
    public required string Facts { get; init; }

    /// <summary>Vouchers it wrote.</summary>
    public required long[] Vouchers { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantLog>
    {
        public void Configure(EntityTypeBuilder<GrantLog> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.StateVersion });
            entity.Property(row => row.StateVersion).ValueGeneratedNever();
            entity.Property(row => row.Move).AsCode();
            entity.Property(row => row.FromState).AsCode();
            entity.Property(row => row.ToState).AsCode();
            entity.Property(row => row.Facts).HasColumnType("jsonb");
        }
    }
}

/// <summary>A signature under a move; the move happens with the last that its row asks for.</summary>
public sealed class GrantSignature
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    /// <summary>The state version it was given at: once the case has moved on, it counts no more.</summary>
    public required int StateVersion { get; init; }

    public required GrantMove Move { get; init; }

    public required GrantMover Mover { get; init; }

    /// <summary>Null for the calendar.</summary>
    public long? PersonId { get; init; }

    public required Instant At { get; init; }

    public required string Reason { get; init; }

    public required string Clause { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantSignature>
    {
        public void Configure(EntityTypeBuilder<GrantSignature> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.StateVersion, row.Move, row.Mover });
            entity.Property(row => row.Move).AsCode();
            entity.Property(row => row.Mover).AsCode();
        }
    }
}

/// <summary>A row of <see cref="GrantLife"/> as the database has it; a test compares the two.</summary>
public sealed class GrantMoveRule
{
    /// <summary>Empty for the move that begins a life.</summary>
    public required string FromState { get; init; }

    public required string Move { get; init; }

    public required string ToState { get; init; }

    /// <summary>Movers who sign, in order.</summary>
    public required string[] Movers { get; init; }

    /// <summary>Key of the entry, or empty.</summary>
    public required string Posts { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantMoveRule>
    {
        public void Configure(EntityTypeBuilder<GrantMoveRule> entity) => entity.HasKey(row => new { row.FromState, row.Move });
    }
}
