using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>Why a voter steps back from a project.</summary>
public enum RecusalReason
{
    /// <summary>Is its lead.</summary>
    Lead,

    /// <summary>Is its financial lead.</summary>
    FinLead,

    /// <summary>Confirmed the application.</summary>
    Signer,

    /// <summary>Typed the application.</summary>
    FilledBy,

    /// <summary>Is of the team.</summary>
    Team,

    /// <summary>Lives in the community it is for.</summary>
    Community,

    /// <summary>Is a relative of somebody in it.</summary>
    Family,

    /// <summary>Would be paid by it.</summary>
    Payee,

    /// <summary>Works for whoever carries it out.</summary>
    Employer,

    /// <summary>Another interest.</summary>
    Other,
}

/// <summary>How far a declared recusal is.</summary>
public enum RecusalState
{
    /// <summary>Declared; the chair has not looked at it. The voter does not vote meanwhile.</summary>
    Asked,

    /// <summary>The voter does not vote on the project and is not counted among those who could.</summary>
    Stands,

    /// <summary>The chair found no interest; the voter votes.</summary>
    Dismissed,
}

/// <summary>A voter does not vote on a project: known to the books, or declared and confirmed by the chair.</summary>
public sealed class GrantRecusal
{
    /// <summary>What a voter may declare; the rest the books know.</summary>
    public static IReadOnlyList<RecusalReason> Declarable { get; } =
        [RecusalReason.Family, RecusalReason.Payee, RecusalReason.Employer, RecusalReason.Other];

    public required int BookId { get; init; }

    public required long GrantMeetingId { get; init; }

    public required long PersonId { get; init; }

    public required long GrantId { get; init; }

    public required RecusalReason Reason { get; init; }

    public required bool Computed { get; init; }

    public required RecusalState State { get; set; }

    public long? DeclaredBy { get; init; }

    public required Instant DeclaredAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>Writes down what the books know of voters and the projects that wait for their vote.</summary>
    internal static Task Compute(Work work, int book, long meeting, CancellationToken ct) => work.Db.Database.ExecuteSqlAsync(
        $"""
        insert into grant_recusal (book_id, grant_meeting_id, person_id, grant_id, reason, computed, state, declared_at)
        select v.book_id, v.grant_meeting_id, v.person_id, i.grant_id, t.tie, true, 'stands', {work.Now.ToDateTimeUtc()}
          from grant_meeting_voter v
          join grant_meeting_item i on i.book_id = v.book_id and i.grant_meeting_id = v.grant_meeting_id and i.state = 'listed'
         cross join lateral (select grant_voter_tie(v.book_id, v.grant_meeting_id, v.person_id, i.grant_id) as tie) t
         where v.book_id = {book} and v.grant_meeting_id = {meeting} and t.tie is not null and v.channel <> 'paper'
        on conflict do nothing
        """, ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantRecusal>
    {
        public void Configure(EntityTypeBuilder<GrantRecusal> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantMeetingId, row.PersonId, row.GrantId });
            entity.Property(row => row.Reason).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}
