using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>How far the vote on a project is.</summary>
public enum AgendaState
{
    /// <summary>On the agenda; its vote has not begun.</summary>
    Listed,

    /// <summary>It is voted on.</summary>
    Open,

    /// <summary>Its vote is over.</summary>
    Closed,

    /// <summary>Taken off the agenda before voting began.</summary>
    TakenOff,
}

/// <summary>A project on the agenda of a meeting.</summary>
public sealed class GrantMeetingItem
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required long GrantId { get; init; }

    /// <summary>Its turn.</summary>
    public required short OrderNo { get; set; }

    public required AgendaState State { get; set; }

    public required long PutBy { get; set; }

    public required Instant PutAt { get; set; }

    public Instant? OpenedAt { get; set; }

    /// <summary>Whoever came later did not vote on it.</summary>
    public Instant? ClosedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantMeetingItem>
    {
        public void Configure(EntityTypeBuilder<GrantMeetingItem> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.GrantId });
            entity.Property(row => row.State).AsCode();
        }
    }
}
