using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>A kind of goods, counted in whole units: rice by the bag, books by the copy.</summary>
public sealed class StockItem
{
    /// <summary>The name or unit is empty or too long.</summary>
    public const string BadItem = "stock.bad-item";

    /// <summary>There is no such item.</summary>
    public const string Unknown = "stock.unknown-item";

    private const int LongestName = 60, LongestUnit = 10;

    public required int BookId { get; init; }

    public long StockItemId { get; init; }

    public required string Name { get; init; }

    public required string Unit { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    /// <summary>The item of a name and unit; the first goods of it make it.</summary>
    internal static async Task<StockItem> FindOrAdd(Work work, string typed, string counted, CancellationToken ct)
    {
        (string name, string unit) = (PlainText.Of(typed), PlainText.Of(counted));
        if (name.Length is 0 or > LongestName || unit.Length is 0 or > LongestUnit)
        {
            throw new RefusedException(BadItem, ("name", name), ("unit", unit), ("limit", LongestName));
        }

        await work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('stock_item'), hashtext({name}))", ct);
        StockItem? known = await work.Db.Set<StockItem>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.Name == name && row.Unit == unit, ct);
        if (known is not null)
        {
            return known;
        }

        StockItem item = new() { BookId = work.Book, Name = name, Unit = unit, AddedBy = work.ActorId, AddedAt = work.Now };
        work.Db.Add(item);
        await work.Db.SaveChangesAsync(ct);
        return item;
    }

    internal sealed class Mapping : IEntityTypeConfiguration<StockItem>
    {
        public void Configure(EntityTypeBuilder<StockItem> entity)
        {
            entity.HasKey(row => new { row.BookId, row.StockItemId });
            entity.Property(row => row.StockItemId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>Where goods lie: a room, a cupboard, a shop.</summary>
public sealed class StockPlace
{
    /// <summary>The name is empty or too long.</summary>
    public const string BadPlace = "stock.bad-place";

    /// <summary>There is no such place.</summary>
    public const string Unknown = "stock.unknown-place";

    private const int LongestName = 60;

    public required int BookId { get; init; }

    public long StockPlaceId { get; init; }

    public required string Name { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    internal static async Task<StockPlace> FindOrAdd(Work work, string typed, CancellationToken ct)
    {
        string name = PlainText.Of(typed);
        if (name.Length is 0 or > LongestName)
        {
            throw new RefusedException(BadPlace, ("limit", LongestName));
        }

        await work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('stock_place'), hashtext({name}))", ct);
        StockPlace? known = await work.Db.Set<StockPlace>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.Name == name, ct);
        if (known is not null)
        {
            return known;
        }

        StockPlace place = new() { BookId = work.Book, Name = name, AddedBy = work.ActorId, AddedAt = work.Now };
        work.Db.Add(place);
        await work.Db.SaveChangesAsync(ct);
        return place;
    }

    internal static async Task<StockPlace> Find(Work work, long place, CancellationToken ct) =>
        await work.Db.Set<StockPlace>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book && row.StockPlaceId == place, ct)
            ?? throw new RefusedException(Unknown);

    internal sealed class Mapping : IEntityTypeConfiguration<StockPlace>
    {
        public void Configure(EntityTypeBuilder<StockPlace> entity)
        {
            entity.HasKey(row => new { row.BookId, row.StockPlaceId });
            entity.Property(row => row.StockPlaceId).ValueGeneratedOnAdd();
        }
    }
}
