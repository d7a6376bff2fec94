using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>How somebody signed in or out.</summary>
public enum SignedHow
{
    /// <summary>By the code shown at the place.</summary>
    Code,

    /// <summary>By the coordinator's list.</summary>
    List,

    /// <summary>On a sheet of paper, entered later.</summary>
    Paper,
}

/// <summary>签到签退: when somebody came and left. A corrected one stands beside what replaced it.</summary>
public sealed class Attendance
{
    public required int BookId { get; init; }

    public long AttendanceId { get; init; }

    public required long ActivityId { get; init; }

    public required long PersonId { get; init; }

    public required string Role { get; init; }

    public required Instant InAt { get; init; }

    public required SignedHow InHow { get; init; }

    public required long InBy { get; init; }

    public Instant? OutAt { get; set; }

    public SignedHow? OutHow { get; set; }

    public long? OutBy { get; set; }

    /// <summary>The photo of the sheet.</summary>
    public long? FiledDocumentId { get; init; }

    /// <summary>Why it comes from paper.</summary>
    public string Reason { get; init; } = "";

    public Instant? ReplacedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Attendance>
    {
        public void Configure(EntityTypeBuilder<Attendance> entity)
        {
            entity.HasKey(row => new { row.BookId, row.AttendanceId });
            entity.Property(row => row.AttendanceId).ValueGeneratedOnAdd();
            entity.Property(row => row.InHow).AsCode();
            entity.Property(row => row.OutHow).AsCode();
        }
    }
}

/// <summary>A wrong code that somebody typed at the place; the coordinator sees them.</summary>
public sealed class VenueTry
{
    public required int BookId { get; init; }

    public long VenueTryId { get; init; }

    public required long ActivityId { get; init; }

    public required long PersonId { get; init; }

    public required Instant TriedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<VenueTry>
    {
        public void Configure(EntityTypeBuilder<VenueTry> entity)
        {
            entity.HasKey(row => new { row.BookId, row.VenueTryId });
            entity.Property(row => row.VenueTryId).ValueGeneratedOnAdd();
        }
    }
}
