using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>A record's way into the books.</summary>
public enum RecordState
{
    /// <summary>Reckoned, and nobody has confirmed it.</summary>
    Open,

    /// <summary>A second party confirmed it.</summary>
    Confirmed,

    /// <summary>Its hours and points are in the books.</summary>
    Posted,

    /// <summary>Nobody confirmed it before the activity was closed; silence gives no hours.</summary>
    Dropped,

    /// <summary>Its times were corrected; another record stands for it.</summary>
    Replaced,
}

/// <summary>
/// 时长记录: what one person served in one activity, how its minutes were reckoned, and how well it is proved. Minutes come from signing in and out
/// and are typed by nobody, but for hours from before the programme.
/// </summary>
public sealed class ServiceRecord
{
    /// <summary>There is no such record, or it is somebody else's.</summary>
    public const string Unknown = "record.unknown";

    public required int BookId { get; init; }

    public long ServiceRecordId { get; init; }

    public required int FundId { get; init; }

    /// <summary>Null for hours from before the programme.</summary>
    public long? ActivityId { get; init; }

    public long? AttendanceId { get; init; }

    public required long PersonId { get; init; }

    public required string Role { get; init; }

    public required EvidenceGrade Grade { get; init; }

    public required LocalDate Day { get; init; }

    public Instant? InAt { get; init; }

    public Instant? OutAt { get; init; }

    public long? ProjectId { get; init; }

    public required string ProjectClass { get; init; }

    /// <summary>The version of the rules it is reckoned by.</summary>
    public required long ProgrammeRuleId { get; init; }

    public required int PointsPerHour { get; init; }

    public required short RoundingMinutes { get; init; }

    /// <summary>The activity's cap.</summary>
    public required int CapMinutes { get; init; }

    /// <summary>Whole minutes from in to out.</summary>
    public required int RawMinutes { get; init; }

    /// <summary>The same, rounded down.</summary>
    public required int RoundedMinutes { get; init; }

    /// <summary>Minutes beyond the activity's cap.</summary>
    public required int CutActivity { get; init; }

    /// <summary>Minutes beyond the cap of the day; known for certain once it is confirmed.</summary>
    public required int CutDay { get; set; }

    public required int CreditedMinutes { get; set; }

    public required int Points { get; set; }

    /// <summary>Credited minutes that went to the pool, because the person would store more than the rules allow.</summary>
    public int ToPool { get; set; }

    /// <summary>Who signed the person in where that was not the code.</summary>
    public long? TickedInBy { get; init; }

    public long? TickedOutBy { get; init; }

    public long? FiledDocumentId { get; init; }

    public string Reason { get; init; } = "";

    public RecordState State { get; set; }

    public required Instant WrittenAt { get; init; }

    public long? ConfirmedBy { get; set; }

    public Instant? ConfirmedAt { get; set; }

    public long? HoursEntryNo { get; set; }

    public long? PointsEntryNo { get; set; }

    /// <summary>When closing put it in the books.</summary>
    public Instant? PostedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<ServiceRecord>
    {
        public void Configure(EntityTypeBuilder<ServiceRecord> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ServiceRecordId });
            entity.Property(row => row.ServiceRecordId).ValueGeneratedOnAdd();
            entity.Property(row => row.Grade).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}
