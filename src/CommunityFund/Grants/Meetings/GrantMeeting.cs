using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>A scoring meeting (评审会) with its rules: proposed by one, locked by another, published with their hash.</summary>
public sealed class GrantMeeting
{
    /// <summary>There is no such meeting.</summary>
    public const string Unknown = "vote.meeting-unknown";

    /// <summary>Nobody else has locked the rules yet, or the meeting was dropped.</summary>
    public const string NotLocked = "vote.not-locked";

    public required int BookId { get; init; }

    public long GrantMeetingId { get; init; }

    public required long GrantRoundId { get; init; }

    public required string Title { get; init; }

    public required string Place { get; init; }

    public required Instant StartsAt { get; init; }

    public required short SpeakMinutes { get; init; }

    public required short AnswerMinutes { get; init; }

    public required VoteMode Mode { get; init; }

    /// <summary>Whether groups count by their weights rather than voters all alike.</summary>
    public required bool WeighsGroups { get; init; }

    /// <summary>How many voters must be present in all.</summary>
    public required short Quorum { get; init; }

    /// <summary>Whether nobody votes on projects of the own community.</summary>
    public required bool OwnCommunity { get; init; }

    /// <summary>How ties are broken, in order; the last is by lot.</summary>
    public required string[] Ties { get; init; }

    /// <summary>The rules in canonical words, written when they are locked; null before.</summary>
    public string? RulesText { get; set; }

    /// <summary>SHA-256 of <see cref="RulesText"/>.</summary>
    public byte[]? RulesHash { get; set; }

    public LocalDate? NoticedOn { get; set; }

    /// <summary>Where the notice hangs or stands.</summary>
    public string? NoticedWhere { get; set; }

    public long? NoticedBy { get; set; }

    public required RegisterState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>The day of the meeting in the books' calendar.</summary>
    internal LocalDate StartsOn => StartsAt.InZone(MeetingClock.Shanghai).Date;

    internal IReadOnlyList<TieRule> TieRules => [.. Ties.Select(Codes.Parse<TieRule>)];

    internal static async Task<GrantMeeting> Find(Work work, long meeting, CancellationToken ct) =>
        await work.Db.Set<GrantMeeting>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantMeetingId == meeting, ct)
            ?? throw new RefusedException(Unknown, ("meeting", meeting));

    /// <summary>The meeting, locked.</summary>
    internal static Task<GrantMeeting> Lock(Work work, long meeting, CancellationToken ct) => Lock(work, work.Book, meeting, ct);

    internal static async Task<GrantMeeting> Lock(Work work, int book, long meeting, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from grant_meeting where book_id = {book} and grant_meeting_id = {meeting} for no key update", ct);
        return await work.Db.Set<GrantMeeting>().SingleOrDefaultAsync(row => row.BookId == book && row.GrantMeetingId == meeting, ct)
            ?? throw new RefusedException(Unknown, ("meeting", meeting));
    }

    /// <summary>The meeting, locked for a change that its rules must be locked for.</summary>
    internal static async Task<GrantMeeting> LockAgreed(Work work, long meeting, CancellationToken ct)
    {
        GrantMeeting row = await Lock(work, meeting, ct);
        return row.State == RegisterState.Agreed ? row : throw new RefusedException(NotLocked, ("title", row.Title));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantMeeting>
    {
        public void Configure(EntityTypeBuilder<GrantMeeting> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId });
            entity.Property(row => row.GrantMeetingId).ValueGeneratedOnAdd();
            entity.Property(row => row.Mode).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>What every project is voted on, and what a vote for it weighs.</summary>
public sealed class GrantMeetingCriterion
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required short No { get; init; }

    public required string Name { get; init; }

    /// <summary>Parts of a hundred.</summary>
    public required short Weight { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantMeetingCriterion>
    {
        public void Configure(EntityTypeBuilder<GrantMeetingCriterion> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.No });
    }
}

/// <summary>A group of voters: residents, committees, experts.</summary>
public sealed class GrantMeetingGroup
{
    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required short No { get; init; }

    public required string Name { get; init; }

    public required short Weight { get; init; }

    /// <summary>How many of the group must be present.</summary>
    public required short Quorum { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantMeetingGroup>
    {
        public void Configure(EntityTypeBuilder<GrantMeetingGroup> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.No });
    }
}

/// <summary>The clock on the wall of the room.</summary>
internal static class MeetingClock
{
    public static DateTimeZone Shanghai { get; } = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
}
