using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Backups;

/// <summary>One line of the diary: a backup was made, restored to prove it, or is gone; good or not, and why.</summary>
public sealed class BackupRun
{
    public const string Made = "made", Proved = "proved", Gone = "gone";

    public long RunId { get; init; }

    public required string Kind { get; init; }

    /// <summary>Name of the backup's directory; empty if none came of it.</summary>
    public string Backup { get; init; } = "";

    public string Place { get; init; } = "";

    public required Instant BeganAt { get; init; }

    public required Instant EndedAt { get; init; }

    public required bool Good { get; init; }

    public long? SizeBytes { get; init; }

    public long? Entries { get; init; }

    /// <summary>Code of the refusal that kept it from being good, and its facts as a JSON object of texts.</summary>
    public string? Failure { get; init; }

    public string? Facts { get; init; }

    /// <summary>The wish that it answered.</summary>
    public long? RequestId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<BackupRun>
    {
        public void Configure(EntityTypeBuilder<BackupRun> entity)
        {
            entity.HasKey(run => run.RunId);
            entity.Property(run => run.RunId).ValueGeneratedOnAdd();
        }
    }
}
