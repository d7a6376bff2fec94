using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>That a voter voted on a project, and what, sealed (<see cref="BallotSeal"/>).</summary>
public sealed class GrantVote
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required long GrantId { get; init; }

    public required long PersonId { get; init; }

    public required byte[] Sealed { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantVote>
    {
        public void Configure(EntityTypeBuilder<GrantVote> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.GrantId, row.PersonId });
    }
}

/// <summary>Where a numbered ballot is.</summary>
public enum PaperState
{
    /// <summary>With its voter or in the box.</summary>
    Out,

    /// <summary>Given back unused against another.</summary>
    Exchanged,
}

/// <summary>A numbered ballot: of which group, and which projects are struck out on it. Whose it is nobody writes down.</summary>
public sealed class GrantBallot
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required int Serial { get; init; }

    public required short GroupNo { get; init; }

    public required long[] Recused { get; init; }

    public required PaperState State { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantBallot>
    {
        public void Configure(EntityTypeBuilder<GrantBallot> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.Serial });
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>What a clerk read off a ballot; the second clerk of a pass reads it without seeing the first.</summary>
public sealed class GrantBallotKeying
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    /// <summary>The count it is for: 1, or that of a recount.</summary>
    public required short Version { get; init; }

    public required int Serial { get; init; }

    /// <summary>1, and one more each time the two differ.</summary>
    public required short Pass { get; init; }

    public required short No { get; init; }

    public required long KeyedBy { get; init; }

    public required Instant KeyedAt { get; init; }

    /// <summary>Of the second: whether both read the same.</summary>
    public bool? Agrees { get; init; }

    public required byte[] Sealed { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantBallotKeying>
    {
        public void Configure(EntityTypeBuilder<GrantBallotKeying> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.Version, row.Serial, row.Pass, row.No });
    }
}
