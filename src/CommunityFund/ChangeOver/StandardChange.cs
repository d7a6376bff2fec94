using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.ChangeOver;

/// <summary>How far a change-over has come.</summary>
public enum ChangeState
{
    /// <summary>Signed by one.</summary>
    Proposed,

    /// <summary>Signed by two; the new standard is in force from its day on.</summary>
    Confirmed,

    /// <summary>Taken back or not agreed to.</summary>
    Dropped,
}

/// <summary>新旧制度衔接: a book goes over to the next standard, signed by two (SW11: changes of method are recorded and signed).</summary>
public sealed class StandardChange
{
    /// <summary>There is no such proposal, or somebody has decided about it.</summary>
    public const string OutOfTurn = "change-over.out-of-turn";

    public required int BookId { get; init; }

    public long ChangeOverId { get; init; }

    public required LocalDate ValidFrom { get; init; }

    public required string FromStandard { get; init; }

    public required string ToStandard { get; init; }

    /// <summary>Of the table that both have read.</summary>
    public required byte[] MappingSha256 { get; init; }

    /// <summary>Resolution or notice that decides it.</summary>
    public required string Resolution { get; init; }

    public required ChangeState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    public string Reply { get; set; } = "";

    /// <summary>The proposal that waits, locked.</summary>
    internal static async Task<StandardChange> Lock(Work work, long id, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from change_over where book_id = {work.Book} and change_over_id = {id} for no key update", ct);
        return await work.Db.Set<StandardChange>().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.ChangeOverId == id && row.State == ChangeState.Proposed, ct)
            ?? throw new RefusedException(OutOfTurn);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<StandardChange>
    {
        public void Configure(EntityTypeBuilder<StandardChange> entity)
        {
            entity.ToTable("change_over").HasKey(row => new { row.BookId, row.ChangeOverId });
            entity.Property(row => row.ChangeOverId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}
