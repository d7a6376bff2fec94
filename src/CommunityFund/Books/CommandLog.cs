using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>Who did what, when, with which form; written in the command's own transaction.</summary>
public sealed class CommandLog
{
    /// <summary>Before a question's name: its answer left the site as a file.</summary>
    internal const string Taken = "take:";

    public required Guid Key { get; init; }

    public int? BookId { get; init; }

    public long? ActorId { get; init; }

    public required string Name { get; init; }

    public required string Input { get; init; }

    public required byte[] Digest { get; init; }

    public required Instant DoneAt { get; init; }

    public string? Answer { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<CommandLog>
    {
        public void Configure(EntityTypeBuilder<CommandLog> entity)
        {
            entity.HasKey(row => row.Key);
            entity.Property(row => row.Input).HasColumnType("jsonb");
            entity.Property(row => row.Answer).HasColumnType("jsonb");
        }
    }
}
