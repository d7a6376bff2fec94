using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CommunityFund.TimeBank.Units;

/// <summary>What hours and points are issued for.</summary>
public enum GroundSource
{
    /// <summary>A service record: what one person served in one activity.</summary>
    Record,

    /// <summary>A correction that adds to a service record.</summary>
    Correction,

    /// <summary>A service of one member for another.</summary>
    Service,
}

/// <summary>
/// Why one person gets hours or points by an entry. The grounds of an entry are the same as its lines, person by person: what nobody served and
/// confirmed is never issued, and each ground serves once for hours and once for points.
/// </summary>
public sealed class EarnedGround
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required long PersonId { get; init; }

    /// <summary>HOUR or POINT.</summary>
    public required string Commodity { get; init; }

    public required GroundSource Source { get; init; }

    /// <summary>Which record, correction or service.</summary>
    public required long SourceId { get; init; }

    /// <summary>What the person gets: minutes or points.</summary>
    public required long Units { get; init; }

    /// <summary>Minutes that go to the pool, because the person would store more than the rules allow.</summary>
    public required long ToPool { get; init; }

    /// <summary>Writes the grounds of a voucher that is not posted yet; <see cref="UnitDoor"/> does it for entries that carry them.</summary>
    internal static async Task Write(Work work, long voucher, Commodity commodity, IReadOnlyList<Ground> grounds, CancellationToken ct)
    {
        if (grounds.Count == 0)
        {
            return;
        }

        long[] people = [.. grounds.Select(ground => ground.Person)], ids = [.. grounds.Select(ground => ground.SourceId)];
        string[] sources = [.. grounds.Select(ground => Codes.Kebab(ground.Source))];
        long[] units = [.. grounds.Select(ground => ground.Units)], toPool = [.. grounds.Select(ground => ground.ToPool)];
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into earned_ground (book_id, voucher_id, commodity, person_id, source, source_id, units, to_pool)
            select {work.Book}, {voucher}, {commodity.Code}, * from unnest({people}, {sources}, {ids}, {units}, {toPool})
            """, ct);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<EarnedGround>
    {
        public void Configure(EntityTypeBuilder<EarnedGround> entity)
        {
            entity.HasKey(row => new { row.BookId, row.VoucherId, row.PersonId });
            entity.Property(row => row.Source).AsCode();
        }
    }
}

/// <summary>One person's ground in an entry that issues hours or points; see <see cref="EarnedGround"/>.</summary>
internal sealed record Ground(long Person, GroundSource Source, long SourceId, long Units, long ToPool = 0);
