using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.CashBox;

/// <summary>现金盘点: what was counted note by note, beside what should have lain there at that moment.</summary>
public sealed class CashCount
{
    /// <summary>There is no such count, or it is watched or booked already.</summary>
    public const string Gone = "cash-count.gone";

    /// <summary>Face values of the renminbi in fen, the largest first.</summary>
    public static IReadOnlyList<int> FaceValues { get; } = [10000, 5000, 2000, 1000, 500, 100, 50, 10];

    public required int BookId { get; init; }

    public long CashCountId { get; init; }

    public required int AccountId { get; init; }

    public required LocalDate CountedOn { get; init; }

    /// <summary>How many of each face value, as JSON.</summary>
    public required string Pieces { get; init; }

    public required long Units { get; init; }

    public required long BookedUnits { get; init; }

    public required long CountedBy { get; init; }

    public required Instant CountedAt { get; init; }

    public long? WatchedBy { get; set; }

    public Instant? WatchedAt { get; set; }

    public long? VoucherId { get; set; }

    internal static async Task<CashCount> Lock(Work work, long count, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from cash_count where book_id = {work.Book} and cash_count_id = {count} for no key update", ct);
        return await work.Db.Set<CashCount>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.CashCountId == count, ct)
            ?? throw new RefusedException(Gone);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<CashCount>
    {
        public void Configure(EntityTypeBuilder<CashCount> entity)
        {
            entity.HasKey(row => new { row.BookId, row.CashCountId });
            entity.Property(row => row.CashCountId).ValueGeneratedOnAdd();
            entity.Property(row => row.Pieces).HasColumnType("jsonb");
        }
    }
}

/// <summary>The voucher of a count's difference was dropped or reversed: the difference is open again.</summary>
[Consequence("cash-count-open", 1)]
internal sealed record CashCountOpen(long Count) : Consequence
{
    /// <summary>A correction moves another amount through the cash box than the difference that was counted.</summary>
    public const string OtherThanCounted = "cash-count.other-than-counted";

    internal override Need Needs => Need.Person;

    /// <summary>A blue voucher that is posted with the red one books the difference instead.</summary>
    internal override async Task Happen(Work work, CancellationToken ct)
    {
        CashCount count = await Find(work, ct);
        count.VoucherId = count.VoucherId is { } was ? await BlueVoucher.Of(work, was, ct) : null;
    }

    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        CashCount count = await Find(work, ct);
        if (!await BlueVoucher.MovesAsMuch(work, blue, count.VoucherId!.Value, count.AccountId, ct))
        {
            throw new RefusedException(OtherThanCounted);
        }

        return (blue with { Undo = this }, _ => { });
    }

    private Task<CashCount> Find(Work work, CancellationToken ct) =>
        work.Db.Set<CashCount>().SingleAsync(row => row.BookId == work.Book && row.CashCountId == Count, ct);
}
