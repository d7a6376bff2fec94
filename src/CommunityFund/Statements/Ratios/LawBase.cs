using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>Income and net assets of a year before the books began, from its audited report. It counts once a second person has
/// confirmed it; a correction is a new one.</summary>
public sealed class LawBase
{
    public required int BookId { get; init; }

    public long LawBaseId { get; init; }

    public required int Year { get; init; }

    /// <summary>收入合计, in fen.</summary>
    public required long Income { get; init; }

    /// <summary>Restricted income of it that could not be used in that year.</summary>
    public required long Barred { get; init; }

    /// <summary>Net assets freed of a time limit in that year.</summary>
    public required long Freed { get; init; }

    /// <summary>净资产 at its end.</summary>
    public required long NetAssets { get; init; }

    /// <summary>The report that says so.</summary>
    public required string Source { get; init; }

    public required long EnteredBy { get; init; }

    public required Instant EnteredAt { get; init; }

    public long? ConfirmedBy { get; set; }

    public Instant? ConfirmedAt { get; set; }

    /// <summary>All of a book, what was entered last first.</summary>
    internal static async Task<IReadOnlyList<LawBase>> Of(Work work, CancellationToken ct) =>
        await work.Db.Set<LawBase>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.Year).ThenByDescending(row => row.LawBaseId).ToListAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<LawBase>
    {
        public void Configure(EntityTypeBuilder<LawBase> entity)
        {
            entity.HasKey(row => new { row.BookId, row.LawBaseId });
            entity.Property(row => row.LawBaseId).ValueGeneratedOnAdd();
        }
    }
}
