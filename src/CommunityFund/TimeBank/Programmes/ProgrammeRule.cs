using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Programmes;

/// <summary>A version's way from one person to the other.</summary>
public enum ProgrammeRuleState
{
    /// <summary>Proposed.</summary>
    Waiting,

    /// <summary>A second person agreed.</summary>
    Approved,

    /// <summary>Not agreed to, or taken back.</summary>
    Dropped,
}

/// <summary>One version of a programme's rules. It counts from its day on, until the next; what was posted stays as it was reckoned.</summary>
public sealed class ProgrammeRule
{
    /// <summary>No version was approved for that day.</summary>
    public const string NoneInForce = "programme.no-rule-in-force";

    public required int BookId { get; init; }

    public long ProgrammeRuleId { get; init; }

    public required int FundId { get; init; }

    public required LocalDate ValidFrom { get; init; }

    /// <summary>Minutes served are rounded down to a multiple of it.</summary>
    public required short RoundingMinutes { get; init; }

    /// <summary>Minutes that one activity may be credited with, unless the activity says less.</summary>
    public required int ActivityCap { get; init; }

    /// <summary>Minutes of one day.</summary>
    public required int DayCap { get; init; }

    /// <summary>Minutes that one person may store; what is beyond goes to the pool.</summary>
    public required int StoredCap { get; init; }

    /// <summary>Points expire so many months after they were earned.</summary>
    public required short PointsMonths { get; init; }

    /// <summary>Minutes that one elder may be started with.</summary>
    public required int StartMinutes { get; init; }

    /// <summary>Minutes that all elders together may be started with in a calendar year.</summary>
    public required int StartYearCap { get; init; }

    public required short ElderAge { get; init; }

    /// <summary>Days that something reserved waits to be picked up.</summary>
    public required short PickupDays { get; init; }

    /// <summary>Points that one person may redeem in a calendar month; null for no limit.</summary>
    public int? MonthPoints { get; init; }

    /// <summary>Days in which a volunteer may dispute what was confirmed.</summary>
    public required short DisputeDays { get; init; }

    public required string Reason { get; init; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public ProgrammeRuleState State { get; set; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <exception cref="RefusedException">No version counts on that day.</exception>
    internal static async Task<ProgrammeRule> On(Work work, Fund programme, LocalDate day, CancellationToken ct) =>
        await InForce(work, programme.FundId, day).FirstOrDefaultAsync(ct)
        ?? throw new RefusedException(NoneInForce, ("programme", programme.Name), ("day", day));

    internal static IQueryable<ProgrammeRule> InForce(Work work, int programme, LocalDate day) => work.Db.Set<ProgrammeRule>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.FundId == programme && row.State == ProgrammeRuleState.Approved && row.ValidFrom <= day)
        .OrderByDescending(row => row.ValidFrom).ThenByDescending(row => row.DecidedAt).ThenByDescending(row => row.ProgrammeRuleId);

    internal sealed class Mapping : IEntityTypeConfiguration<ProgrammeRule>
    {
        public void Configure(EntityTypeBuilder<ProgrammeRule> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ProgrammeRuleId });
            entity.Property(row => row.ProgrammeRuleId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>Points for an hour of one kind of service, by how well it is proved.</summary>
public sealed class ProgrammeRate
{
    public required int BookId { get; init; }

    public required long ProgrammeRuleId { get; init; }

    /// <summary>What a volunteer does there, in the programme's words: 服务, 组织.</summary>
    public required string Role { get; init; }

    public required EvidenceGrade Grade { get; init; }

    public required short PointsPerHour { get; init; }

    /// <summary>Points for so many minutes; part of a point is dropped.</summary>
    public long PointsFor(long minutes) => checked(minutes * PointsPerHour) / 60;

    internal sealed class Mapping : IEntityTypeConfiguration<ProgrammeRate>
    {
        public void Configure(EntityTypeBuilder<ProgrammeRate> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ProgrammeRuleId, row.Role, row.Grade });
            entity.Property(row => row.Grade).AsCode();
        }
    }
}
