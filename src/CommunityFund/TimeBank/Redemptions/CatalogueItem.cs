using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>Where what is handed out comes from.</summary>
public enum CatalogueSource
{
    /// <summary>Goods of a fund, given or bought: their cost is what they stand in the books with.</summary>
    Goods,

    /// <summary>A merchant hands it out and is paid for it once a month.</summary>
    Merchant,

    /// <summary>商家赞助: a merchant gives it for nothing, so it is only counted.</summary>
    Sponsor,
}

/// <summary>An item's way.</summary>
public enum CatalogueState
{
    /// <summary>Proposed.</summary>
    Waiting,

    /// <summary>A second person agreed; it may be had.</summary>
    Open,

    /// <summary>Not agreed to, or taken back.</summary>
    Dropped,

    /// <summary>No longer offered; what is reserved is still handed out.</summary>
    Ended,
}

/// <summary>What may be had for points. What it costs in money is never shown to holders.</summary>
public sealed class CatalogueItem
{
    public required int BookId { get; init; }

    public long CatalogueItemId { get; init; }

    /// <summary>The programme.</summary>
    public required int FundId { get; init; }

    public required string Name { get; init; }

    public required int Points { get; init; }

    public required CatalogueSource Source { get; init; }

    /// <summary>Whose goods they are, or who owes the merchant; null for a sponsor's.</summary>
    public int? PayingFundId { get; init; }

    public long? StockItemId { get; init; }

    public long? StockPlaceId { get; init; }

    /// <summary>The merchant or sponsor.</summary>
    public long? MerchantId { get; init; }

    /// <summary>Fen that a merchant gets for a piece.</summary>
    public long? PieceUnits { get; init; }

    /// <summary>Pieces that a merchant or sponsor promised.</summary>
    public int? Quota { get; init; }

    /// <summary>Pieces that one person may have in a month; null for no limit.</summary>
    public short? MonthLimit { get; init; }

    /// <summary>The project whose cost it is.</summary>
    public long? ProjectId { get; init; }

    public required LocalDate ValidFrom { get; init; }

    public LocalDate? ValidUntil { get; init; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public CatalogueState State { get; set; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    public long? EndedBy { get; set; }

    public Instant? EndedAt { get; set; }

    /// <summary>Whether it may be reserved on a day.</summary>
    internal bool IsOfferedOn(LocalDate day) => State == CatalogueState.Open && ValidFrom <= day && (ValidUntil is not { } until || day <= until);

    internal static Task<CatalogueItem?> Find(Work work, long item, CancellationToken ct) => work.Db.Set<CatalogueItem>()
        .SingleOrDefaultAsync(row => row.BookId == work.Book && row.CatalogueItemId == item, ct);

    /// <summary>The item, locked: who asks for its last piece waits for whoever asked before.</summary>
    internal static async Task<CatalogueItem?> Lock(Work work, long item, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from catalogue_item where book_id = {work.Book} and catalogue_item_id = {item} for no key update", ct);
        return await Find(work, item, ct);
    }

    /// <summary>
    /// Pieces that may still be spoken for, at least 0: what is there or promised and, of a merchant's, what the fund can still pay for.
    /// </summary>
    internal async Task<long> Free(Work work, CancellationToken ct)
    {
        long pieces = await work.Db.Database.SqlQuery<long>(
            $"""select catalogue_free({work.Book}, {CatalogueItemId}, {work.Today.ToDateOnly()}) as "Value" """).SingleAsync(ct);
        if (PayingFundId is { } fund && PieceUnits is { } each)
        {
            long money = await work.Db.Database.SqlQuery<long>(
                $"""
                select (fund_available({work.Book}, {fund}) - coalesce((
                          select sum(c.piece_units) from redemption r
                            join catalogue_item c on c.book_id = r.book_id and c.catalogue_item_id = r.catalogue_item_id
                           where r.book_id = {work.Book} and c.paying_fund_id = {fund}
                             and (r.state = 'reserved' or r.cost = 'to-book')), 0))::bigint as "Value"
                """).SingleAsync(ct);
            pieces = Math.Min(pieces, money / each);
        }

        return Math.Max(0, pieces);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<CatalogueItem>
    {
        public void Configure(EntityTypeBuilder<CatalogueItem> entity)
        {
            entity.HasKey(row => new { row.BookId, row.CatalogueItemId });
            entity.Property(row => row.CatalogueItemId).ValueGeneratedOnAdd();
            entity.Property(row => row.Source).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}
