using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Bans;

/// <summary>Somebody who may not apply for a while after a breach: by resolution, with clause and evidence, three years at most. It ends by
/// itself, or another lifts it.</summary>
public sealed class GrantBan
{
    /// <summary>There is no such ban.</summary>
    public const string Unknown = "ban.unknown";

    public required int BookId { get; init; }

    public long GrantBanId { get; init; }

    /// <summary>The person or group.</summary>
    public required long PersonId { get; init; }

    /// <summary>Of the guide, the agreement or the law.</summary>
    public required string Clause { get; init; }

    /// <summary>What happened and where it is written.</summary>
    public required string Evidence { get; init; }

    /// <summary>Number or day of the resolution.</summary>
    public required string Resolution { get; init; }

    /// <summary>The paper that proves it, if one was enclosed.</summary>
    public long? FiledDocumentId { get; init; }

    public required LocalDate FromDay { get; init; }

    /// <summary>The last day.</summary>
    public required LocalDate UntilDay { get; init; }

    public required long ImposedBy { get; init; }

    public required Instant ImposedAt { get; init; }

    public long? LiftedBy { get; set; }

    public Instant? LiftedAt { get; set; }

    /// <summary>Why it was lifted, such as an appeal that was upheld; empty while it was not.</summary>
    public string LiftReason { get; set; } = "";

    internal sealed class Mapping : IEntityTypeConfiguration<GrantBan>
    {
        public void Configure(EntityTypeBuilder<GrantBan> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantBanId });
            entity.Property(row => row.GrantBanId).ValueGeneratedOnAdd();
        }
    }
}
