using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>Where an activity stands.</summary>
public enum ActivityState
{
    /// <summary>Published; people sign up.</summary>
    Planned,

    /// <summary>Somebody has signed in: what it is does not change any more.</summary>
    Open,

    /// <summary>Its confirmed hours are in the books.</summary>
    Closed,

    /// <summary>It does not take place.</summary>
    Cancelled,
}

/// <summary>志愿活动: what is done where and when, how many take part in which role, and who is the second party.</summary>
public sealed class Activity
{
    /// <summary>There is no such activity in this time bank.</summary>
    public const string Unknown = "activity.unknown";

    /// <summary>It was closed or cancelled.</summary>
    public const string Over = "activity.over";

    public required int BookId { get; init; }

    public long ActivityId { get; init; }

    /// <summary>The programme.</summary>
    public required int FundId { get; init; }

    public required string Title { get; set; }

    public required string Place { get; set; }

    public long? ProjectId { get; set; }

    public required string ProjectClass { get; set; }

    public required LocalDate Day { get; set; }

    public required Instant StartsAt { get; set; }

    public required Instant EndsAt { get; set; }

    /// <summary>Minutes that one person may be credited with; never more than the rules say.</summary>
    public required int CapMinutes { get; set; }

    /// <summary>A member for whom it is done, who confirms with the card. Coordinators confirm anyway.</summary>
    public long? ConfirmerId { get; set; }

    /// <summary>What the code of the place is drawn from.</summary>
    public required byte[] Secret { get; init; }

    public ActivityState State { get; set; }

    public required long PublishedBy { get; init; }

    public required Instant PublishedAt { get; init; }

    public long? EndedBy { get; set; }

    public Instant? EndedAt { get; set; }

    /// <summary>Why it was cancelled.</summary>
    public string Reason { get; set; } = "";

    internal bool IsOver => State is ActivityState.Closed or ActivityState.Cancelled;

    /// <summary>The activity, locked until the command ends.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    internal static async Task<Activity> Locked(Work work, long id, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from activity where book_id = {work.Book} and activity_id = {id} for no key update", ct);
        return await work.Db.Set<Activity>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.ActivityId == id, ct)
            ?? throw new RefusedException(Unknown);
    }

    /// <summary>The same, and it is neither closed nor cancelled.</summary>
    internal static async Task<Activity> Running(Work work, long id, CancellationToken ct)
    {
        Activity activity = await Locked(work, id, ct);
        return activity.IsOver ? throw new RefusedException(Over, ("activity", activity.Title), ("state", activity.State)) : activity;
    }

    /// <summary>The right of a coordinator of the activity's programme.</summary>
    internal static async ValueTask<Need> Hands(Work work, long id, CancellationToken ct) => Need.Any(Programme.Hands).For(
        await work.Db.Set<Activity>().Where(row => row.BookId == work.Book && row.ActivityId == id)
            .Select(row => row.FundId).FirstOrDefaultAsync(ct));

    internal sealed class Mapping : IEntityTypeConfiguration<Activity>
    {
        public void Configure(EntityTypeBuilder<Activity> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ActivityId });
            entity.Property(row => row.ActivityId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>How many may take part in one role.</summary>
public sealed class ActivityRole
{
    public required int BookId { get; init; }

    public required long ActivityId { get; init; }

    /// <summary>A word of the programme's rates.</summary>
    public required string Role { get; init; }

    public required int Seats { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ActivityRole>
    {
        public void Configure(EntityTypeBuilder<ActivityRole> entity) => entity.HasKey(row => new { row.BookId, row.ActivityId, row.Role });
    }
}

/// <summary>报名: somebody wants to take part.</summary>
public sealed class ActivitySignUp
{
    public required int BookId { get; init; }

    public required long ActivityId { get; init; }

    public required long PersonId { get; init; }

    public required string Role { get; set; }

    /// <summary>The person, or a coordinator for it.</summary>
    public required long SignedBy { get; set; }

    public required Instant SignedAt { get; set; }

    public long? WithdrawnBy { get; set; }

    public Instant? WithdrawnAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ActivitySignUp>
    {
        public void Configure(EntityTypeBuilder<ActivitySignUp> entity) => entity.HasKey(row => new { row.BookId, row.ActivityId, row.PersonId });
    }
}
