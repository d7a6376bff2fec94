using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>A sample as it was drawn (抽样), with all that is needed to draw it again.</summary>
public sealed class AuditSample
{
    /// <summary>There is no such sample within the reader's funds.</summary>
    public const string Unknown = "audit.unknown-sample";

    public required int BookId { get; init; }

    public long AuditSampleId { get; init; }

    public required SampleClass Class { get; init; }

    public required LocalDate FromDay { get; init; }

    public required LocalDate ToDay { get; init; }

    /// <summary>How many fen were asked for.</summary>
    public required short Size { get; init; }

    public required string Seed { get; init; }

    public required string Reason { get; init; }

    /// <summary>Vouchers wholly of these funds; empty is the whole book.</summary>
    public required int[] Funds { get; init; }

    /// <summary>The last entry of the journal when it was drawn.</summary>
    public required long UpToEntry { get; init; }

    public required int PopulationLines { get; init; }

    public required long TotalUnits { get; init; }

    public required long IntervalUnits { get; init; }

    public required long StartUnits { get; init; }

    public required short Items { get; init; }

    public required long DrawnBy { get; init; }

    public required Instant DrawnAt { get; init; }

    /// <summary>The sample, if the reader's roles reach all it was drawn from.</summary>
    internal static async Task<AuditSample> Of(Work work, long sample, CancellationToken ct)
    {
        AuditSample? found = await work.Db.Set<AuditSample>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.AuditSampleId == sample, ct);
        return found is not null && found.IsWithin(work) ? found : throw new RefusedException(Unknown, ("number", sample));
    }

    internal bool IsWithin(Work work) => Funds.Length == 0
        ? work.Rights.ReachesAll(AuditRoles.Reading)
        : Funds.All(fund => work.Rights.Reaches(AuditRoles.Reading, fund));

    /// <summary>Draws from the books as they are now what was drawn then.</summary>
    internal async Task<MoneyUnitSample?> Again(Work work, CancellationToken ct)
    {
        IReadOnlyList<SampleLine> lines = await new SamplePopulation(Class, FromDay, ToDay, UpToEntry, Funds).Read(work, ct);
        return lines.Count == 0 ? null : MoneyUnitSample.Draw(lines, Size, Seed);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<AuditSample>
    {
        public void Configure(EntityTypeBuilder<AuditSample> entity)
        {
            entity.HasKey(row => new { row.BookId, row.AuditSampleId });
            entity.Property(row => row.AuditSampleId).ValueGeneratedOnAdd();
            entity.Property(row => row.Class).AsCode();
        }
    }
}

/// <summary>A line of a sample.</summary>
public sealed class AuditSampleItem
{
    public required int BookId { get; init; }

    public required long AuditSampleId { get; init; }

    public required short ItemNo { get; init; }

    public required long EntryNo { get; init; }

    public required short LineNo { get; init; }

    /// <summary>The amount without its sign, in fen.</summary>
    public required long Units { get; init; }

    /// <summary>The running sum of the population with this line, in fen.</summary>
    public required long ThroughUnits { get; init; }

    public required short Hits { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<AuditSampleItem>
    {
        public void Configure(EntityTypeBuilder<AuditSampleItem> entity) =>
            entity.HasKey(row => new { row.BookId, row.AuditSampleId, row.ItemNo });
    }
}

/// <summary>Who oversees the books, and who reads what they find.</summary>
public static class AuditRoles
{
    /// <summary>Draws samples, asks, finds, closes; writes nothing in the books.</summary>
    public static IReadOnlyList<Role> Overseeing { get; } = [Role.FinanceOffice, Role.Panel];

    /// <summary>Answers.</summary>
    public static IReadOnlyList<Role> Answering { get; } = [Role.Accountant];

    /// <summary>Reads samples and remarks: all who read vouchers.</summary>
    public static IReadOnlyList<Role> Reading => ReadableVouchers.Readers;
}
