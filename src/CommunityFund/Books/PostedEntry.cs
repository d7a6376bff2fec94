using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>An entry of the journal, for reading: the app has no right to write here.</summary>
public sealed class PostedEntry
{
    public required int BookId { get; init; }

    /// <summary>Position in the log of the book, 1 and up without gap.</summary>
    public required long EntryNo { get; init; }

    public required int Period { get; init; }

    public required string Series { get; init; }

    public required int Number { get; init; }

    public required LocalDate OccurredOn { get; init; }

    public required VoucherKind Kind { get; init; }

    public required long NarrativeId { get; init; }

    public required short LineCount { get; init; }

    public required long Total { get; init; }

    public required byte[][] DocumentHashes { get; init; }

    public long? CorrectsEntryNo { get; init; }

    public required long VoucherId { get; init; }

    public required long MakerId { get; init; }

    public long? ReviewerId { get; init; }

    public string? ReviewRule { get; init; }

    public required Instant PostedAt { get; init; }

    public required byte[] Leaf { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PostedEntry>
    {
        public void Configure(EntityTypeBuilder<PostedEntry> entity)
        {
            entity.ToTable("journal_entry").HasKey(entry => new { entry.BookId, entry.EntryNo });
            entity.Property(entry => entry.Kind).AsCode();
        }
    }
}

/// <summary>A line of the journal, for reading.</summary>
public sealed class PostedLine : Line
{
    public required long EntryNo { get; init; }

    public required int Period { get; init; }

    /// <summary>The entry's day.</summary>
    public required LocalDate OccurredOn { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PostedLine>
    {
        public void Configure(EntityTypeBuilder<PostedLine> entity)
        {
            entity.ToTable("posting").HasKey(line => new { line.BookId, line.EntryNo, line.LineNo });
            MapLine(entity);
        }
    }
}

/// <summary>What one combination of dimensions turned over in one period.</summary>
public sealed class Balance
{
    public required int BookId { get; init; }

    public required int Period { get; init; }

    public required int AccountId { get; init; }

    public required int FundId { get; init; }

    public required string Commodity { get; init; }

    public required string Restriction { get; init; }

    public required string CashFlow { get; init; }

    public required string ProjectClass { get; init; }

    public required CommunityFund.Ledger.MovementKind Movement { get; init; }

    public required long Debit { get; init; }

    public required long Credit { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Balance>
    {
        public void Configure(EntityTypeBuilder<Balance> entity)
        {
            entity.HasKey(row => new
            {
                row.BookId,
                row.Period,
                row.AccountId,
                row.FundId,
                row.Commodity,
                row.Restriction,
                row.CashFlow,
                row.ProjectClass,
                row.Movement,
            });
            entity.Property(row => row.Movement).AsCode();
        }
    }
}

/// <summary>Debits minus credits of one account in one fund over all periods.</summary>
public sealed class FundPosition
{
    public required int BookId { get; init; }

    public required int FundId { get; init; }

    public required int AccountId { get; init; }

    public required string Commodity { get; init; }

    public required long Net { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<FundPosition>
    {
        public void Configure(EntityTypeBuilder<FundPosition> entity) =>
            entity.HasKey(row => new { row.BookId, row.FundId, row.AccountId, row.Commodity });
    }
}

/// <summary>What stands with the body for one recipient of money held for others; 0 is who is not named yet.</summary>
public sealed class AgencyPosition
{
    public required int BookId { get; init; }

    public required long CounterpartyId { get; init; }

    public required string Commodity { get; init; }

    public required long Held { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<AgencyPosition>
    {
        public void Configure(EntityTypeBuilder<AgencyPosition> entity) =>
            entity.HasKey(row => new { row.BookId, row.CounterpartyId, row.Commodity });
    }
}
