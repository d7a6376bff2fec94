using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>How far a count is.</summary>
public enum TallyState
{
    /// <summary>A recount was called: paper is keyed anew.</summary>
    Keying,

    /// <summary>The chair opened it: totals are there.</summary>
    Opened,

    /// <summary>Chair and both clerks have signed.</summary>
    Signed,
}

/// <summary>A count of a meeting's votes; a recount is another version, and the old stays.</summary>
public sealed class GrantTally
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required short Version { get; init; }

    public required TallyState State { get; set; }

    /// <summary>Why it was counted again; empty for the first.</summary>
    public required string Reason { get; init; }

    public required long BegunBy { get; init; }

    public required Instant BegunAt { get; init; }

    public long? OpenedBy { get; set; }

    public Instant? OpenedAt { get; set; }

    public Instant? SignedAt { get; set; }

    public required int Present { get; set; }

    public required int Papers { get; set; }

    public required int ValidPapers { get; set; }

    public required int SpoiledPapers { get; set; }

    public required int AbsentPapers { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantTally>
    {
        public void Configure(EntityTypeBuilder<GrantTally> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.Version });
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>How many of a group could have voted on a project: present before its close and not stepping back.</summary>
public sealed class GrantTallyGroup
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required short Version { get; init; }

    public required long GrantId { get; init; }

    public required short GroupNo { get; init; }

    public required int Entitled { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantTallyGroup>
    {
        public void Configure(EntityTypeBuilder<GrantTallyGroup> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.Version, row.GrantId, row.GroupNo });
    }
}

/// <summary>How many ballots of a group ticked just these criteria of a project.</summary>
public sealed class GrantTallyPattern
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required short Version { get; init; }

    public required long GrantId { get; init; }

    public required short GroupNo { get; init; }

    /// <summary>Bit 0 is criterion 1.</summary>
    public required short Ticks { get; init; }

    public required int Ballots { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantTallyPattern>
    {
        public void Configure(EntityTypeBuilder<GrantTallyPattern> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.Version, row.GrantId, row.GroupNo, row.Ticks });
    }
}

/// <summary>The lot that a project drew where nothing else breaks a tie.</summary>
public sealed class GrantTallyLot
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required short Version { get; init; }

    public required long GrantId { get; init; }

    /// <summary>The smaller comes first.</summary>
    public required short LotNo { get; init; }

    public required long DrawnBy { get; init; }

    public required Instant DrawnAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantTallyLot>
    {
        public void Configure(EntityTypeBuilder<GrantTallyLot> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.Version, row.GrantId });
    }
}

/// <summary>Chair (唱票), clerk (计票) or second clerk (监票) signed the count.</summary>
public sealed class GrantTallySignature
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required short Version { get; init; }

    public required GrantMover Mover { get; init; }

    public required long PersonId { get; init; }

    public required Instant At { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantTallySignature>
    {
        public void Configure(EntityTypeBuilder<GrantTallySignature> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.Version, row.Mover });
            entity.Property(row => row.Mover).AsCode();
        }
    }
}

/// <summary>The rank that a signed count gave to a case; of several versions the newest counts.</summary>
public sealed class GrantRank
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short TallyVersion { get; init; }

    public required long GrantMeetingId { get; init; }

    public required short Rank { get; init; }

    public required string ScoreText { get; init; }

    public required Instant CountedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantRank>
    {
        public void Configure(EntityTypeBuilder<GrantRank> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantId, row.TallyVersion });
    }
}
