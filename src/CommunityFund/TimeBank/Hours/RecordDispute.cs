using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>What became of a dispute.</summary>
public enum DisputeState
{
    /// <summary>It waits for an answer.</summary>
    Open,

    /// <summary>The volunteer is right; a correction follows.</summary>
    Upheld,

    /// <summary>The record stays.</summary>
    Rejected,
}

/// <summary>异议: a volunteer says that a record is wrong.</summary>
public sealed class RecordDispute
{
    public required int BookId { get; init; }

    public long RecordDisputeId { get; init; }

    public required long ServiceRecordId { get; init; }

    public required string Text { get; init; }

    public required long RaisedBy { get; init; }

    public required Instant RaisedAt { get; init; }

    public DisputeState State { get; set; }

    public string Answer { get; set; } = "";

    public long? AnsweredBy { get; set; }

    public Instant? AnsweredAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<RecordDispute>
    {
        public void Configure(EntityTypeBuilder<RecordDispute> entity)
        {
            entity.HasKey(row => new { row.BookId, row.RecordDisputeId });
            entity.Property(row => row.RecordDisputeId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>A correction's way from one coordinator to the other.</summary>
public enum CorrectionState
{
    /// <summary>Proposed.</summary>
    Waiting,

    /// <summary>Another coordinator agreed; the difference is in the books.</summary>
    Agreed,

    /// <summary>Not agreed to, or taken back.</summary>
    Dropped,
}

/// <summary>更正: how many minutes a posted record should have had. The record stays; the difference is booked and linked to it.</summary>
public sealed class RecordCorrection
{
    public required int BookId { get; init; }

    public long RecordCorrectionId { get; init; }

    public required long ServiceRecordId { get; init; }

    public required int MinutesBefore { get; init; }

    public required int Minutes { get; init; }

    public required string Reason { get; init; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public CorrectionState State { get; set; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>More points or, below zero, points taken back.</summary>
    public int Points { get; set; }

    /// <summary>Points that should have come back and were used or expired already.</summary>
    public int PointsShort { get; set; }

    /// <summary>Of the minutes: what the pool got or, below zero, lost.</summary>
    public int ToPool { get; set; }

    public long? HoursEntryNo { get; set; }

    public long? PointsEntryNo { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<RecordCorrection>
    {
        public void Configure(EntityTypeBuilder<RecordCorrection> entity)
        {
            entity.HasKey(row => new { row.BookId, row.RecordCorrectionId });
            entity.Property(row => row.RecordCorrectionId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}
