using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>盘点: what lay in one place of one fund, lot by lot.</summary>
public sealed class StockCount
{
    public required int BookId { get; init; }

    public long StockCountId { get; init; }

    public required int FundId { get; init; }

    public required long StockPlaceId { get; init; }

    public required LocalDate CountedOn { get; init; }

    public required long CountedBy { get; init; }

    public required Instant CountedAt { get; init; }

    /// <summary>Settles the difference.</summary>
    public long? StockPaperId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<StockCount>
    {
        public void Configure(EntityTypeBuilder<StockCount> entity)
        {
            entity.HasKey(row => new { row.BookId, row.StockCountId });
            entity.Property(row => row.StockCountId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>One lot of a count.</summary>
public sealed class StockCountLine
{
    public required int BookId { get; init; }

    public required long StockCountId { get; init; }

    public required long StockLotId { get; init; }

    /// <summary>What should have lain there at that moment.</summary>
    public required long Booked { get; init; }

    public required long Counted { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<StockCountLine>
    {
        public void Configure(EntityTypeBuilder<StockCountLine> entity) =>
            entity.HasKey(row => new { row.BookId, row.StockCountId, row.StockLotId });
    }
}

/// <summary>So many of a lot were counted.</summary>
public sealed record CountedLot(long Lot, long Quantity);

/// <summary>A place was counted today; what should lie there is taken at the same moment.</summary>
public sealed record CountStock(Guid Key, int Fund, long Place, IReadOnlyList<CountedLot> Lots) : Command<long>(Key)
{
    /// <summary>Papers wait that would take something from there.</summary>
    public const string PapersWait = "stock-count.papers-wait";

    /// <summary>Not every lot of the place was counted, or one twice.</summary>
    public const string NotWhole = "stock-count.not-whole";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        StockPlace place = await StockPlace.Find(work, Place, ct);
        var there = await (
            from stand in work.Db.Set<StockStand>()
            join lot in work.Db.Set<StockLot>() on new { stand.BookId, stand.StockLotId } equals new { lot.BookId, lot.StockLotId }
            where stand.BookId == work.Book && stand.StockPlaceId == Place && lot.FundId == Fund && stand.OnHand > 0
            select new { stand.StockLotId, stand.OnHand, stand.Held }).ToListAsync(ct);
        if (there.Any(row => row.Held > 0))
        {
            throw new RefusedException(PapersWait, ("place", place.Name));
        }

        Dictionary<long, long> counted = Lots.GroupBy(row => row.Lot).ToDictionary(group => group.Key, group => group.Count() == 1
            && group.Single().Quantity is >= 0 and <= 1_000_000_000 ? group.Single().Quantity
            : throw new RefusedException(GoodsOnShelf.BadQuantity, ("limit", 1_000_000_000)));
        if (there.Count == 0 || there.Count != counted.Count || !there.All(row => counted.ContainsKey(row.StockLotId)))
        {
            throw new RefusedException(NotWhole, ("place", place.Name));
        }

        StockCount count = new()
        {
            BookId = work.Book,
            FundId = Fund,
            StockPlaceId = Place,
            CountedOn = work.Today,
            CountedBy = work.ActorId,
            CountedAt = work.Now,
        };
        work.Db.Add(count);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(there.Select(row => new StockCountLine
        {
            BookId = work.Book,
            StockCountId = count.StockCountId,
            StockLotId = row.StockLotId,
            Booked = row.OnHand,
            Counted = counted[row.StockLotId],
        }));
        return count.StockCountId;
    }
}

/// <summary>
/// 盘亏 and 盘盈: what is missing becomes 管理费用 of its lot, what is over becomes other income at the lot's own price; a reviewer approves
/// the voucher. Goods without value only change their number.
/// </summary>
/// <param name="BookedOn">The open day it is booked on, if it comes late.</param>
public sealed record SettleStockCount(
    Guid Key, long Count, IReadOnlyList<Enclosure>? Documents = null, LocalDate? BookedOn = null) : Command<GoodsAnswer>(Key)
{
    /// <summary>There is no such count, it is settled, or nothing differs.</summary>
    public const string NothingToSettle = "stock-count.nothing-to-settle";

    /// <summary>The place was counted again, or goods have moved since.</summary>
    public const string NotLatest = "stock-count.not-latest";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Role.Accountant).For(
        await work.Db.Set<StockCount>().Where(row => row.BookId == work.Book && row.StockCountId == Count).Select(row => row.FundId)
            .FirstOrDefaultAsync(ct));

    internal override async Task<GoodsAnswer> Apply(Work work, CancellationToken ct)
    {
        StockCount count = await work.Db.Set<StockCount>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.StockCountId == Count, ct)
            ?? throw new RefusedException(NothingToSettle);
        Fund fund = await work.FundById(count.FundId, ct);
        StockPlace place = await StockPlace.Find(work, count.StockPlaceId, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {fund.FundId} for no key update", ct);
        await work.Db.Entry(count).ReloadAsync(ct);
        List<CountDifference> differences = await CountDifference.Of(work, count, ct);
        if (count.StockPaperId is not null || differences.All(row => row.Counted == row.Booked))
        {
            throw new RefusedException(NothingToSettle);
        }

        if (differences.Any(row => row.OnHand != row.Booked || row.Held > 0) || await work.Db.Set<StockCount>().AnyAsync(row =>
            row.BookId == work.Book && row.FundId == fund.FundId && row.StockPlaceId == place.StockPlaceId && row.StockCountId > Count, ct))
        {
            throw new RefusedException(NotLatest);
        }

        LocalDate day = await work.BookedDay(count.CountedOn, BookedOn, ct);
        StockPaper paper = await StockPaper.Begin(work, StockPaperKind.Count, fund, day, "存货盘点差异", null, ct);
        count.StockPaperId = paper.StockPaperId;
        return await Book(work, paper, place, fund, differences, day, ct);
    }

    private async Task<GoodsAnswer> Book(Work work, StockPaper paper, StockPlace place, Fund fund, List<CountDifference> differences, LocalDate day,
        CancellationToken ct)
    {
        GoodsOut[] missing =
        [
            .. differences.Where(row => row.Counted < row.Booked).Select(row => new GoodsOut(row.Item, row.Booked - row.Counted, row.Lot)),
        ];
        IReadOnlyList<GoodsDrawn> drawn = missing.Length == 0 ? []
            : await GoodsOnShelf.Draw(work, fund, place, missing, day, handsOut: false, ct);
        GoodsIn[] found = [.. differences.Where(row => row.Counted > row.Booked).Select(row => row.Found())];
        Amount over = Amount.Fen(found.Sum(row => row.Value.Units));
        bool isWorth = over.IsPositive || drawn.Any(row => row.Value.IsPositive);
        List<StockMove> rows = await GoodsOnShelf.Take(work, paper, place, drawn, isWorth, ct);
        rows.AddRange(await GoodsOnShelf.Put(work, paper, place, Restriction.Unrestricted, found, isWorth, ct));
        if (!isWorth)
        {
            return new GoodsAnswer(paper.StockPaperId, null);
        }

        Chart chart = await work.ChartOn(day, ct);
        EntryDraft draft = JournalEntry.On(day, paper.Words);
        IReadOnlyList<LotDraw> named = drawn.Any(row => row.Value.IsPositive)
            ? await new GoodsPurpose(Account.Keys.ManagementExpense, Spends: false).Write(work, chart, draft, fund, drawn, day, ct) : [];
        if (over.IsPositive)
        {
            draft.Debit(chart.Part(GoodsOnShelf.AccountKey, "受赠", "捐赠").Account, fund.Code, over)
                .Credit(chart.Part("other-income").Account, fund.Code, over, new Tags(Restriction.Unrestricted));
        }

        List<long> moves = [.. rows.Select(row => row.StockMoveId)];
        long voucher = await work.Prepare(new Draft(draft.Balanced(), Documents: Documents, Then: new StockMoved(moves),
            Otherwise: new CountOpen(Count, moves), Undo: new CountUndone(Count, moves), Lots: named), ct);
        await GoodsPurpose.Hang(work, moves, voucher, ct);
        return new GoodsAnswer(paper.StockPaperId, voucher);
    }
}

/// <summary>A lot of a count, as it was found and as it stands.</summary>
internal sealed record CountDifference(
    long Lot, long Item, string Name, string Unit, long Booked, long Counted, long OnHand, long Held, long LotQuantity, long LotUnits)
{
    public static Task<List<CountDifference>> Of(Work work, StockCount count, CancellationToken ct) => (
        from line in work.Db.Set<StockCountLine>()
        join lot in work.Db.Set<StockLot>() on new { line.BookId, line.StockLotId } equals new { lot.BookId, lot.StockLotId }
        join item in work.Db.Set<StockItem>() on new { lot.BookId, lot.StockItemId } equals new { item.BookId, item.StockItemId }
        join stand in work.Db.Set<StockStand>() on new { lot.BookId, lot.StockLotId, count.StockPlaceId }
            equals new { stand.BookId, stand.StockLotId, stand.StockPlaceId }
        where line.BookId == work.Book && line.StockCountId == count.StockCountId
        orderby lot.StockLotId
        select new CountDifference(lot.StockLotId, item.StockItemId, item.Name, item.Unit, line.Booked, line.Counted, stand.OnHand, stand.Held,
            lot.Quantity, lot.Units)).ToListAsync(ct);

    /// <summary>What is over, at the price its lot came in with.</summary>
    public GoodsIn Found()
    {
        long over = Counted - Booked;
        long whole = checked((long)((Int128)LotUnits * over / LotQuantity));
        return new GoodsIn(Name, Unit, over, Amount.Fen(whole));
    }
}

/// <summary>The voucher was rejected or withdrawn: the difference is open again.</summary>
[Consequence("stock-count-open", 1)]
internal sealed record CountOpen(long Count, IReadOnlyList<long> Moves) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        await StockFate.Set(work, Moves, StockMoveState.Dropped, ct);
        (await work.Db.Set<StockCount>().SingleAsync(row => row.BookId == work.Book && row.StockCountId == Count, ct)).StockPaperId = null;
    }
}

/// <summary>The voucher was reversed: the difference is open again.</summary>
[Consequence("stock-count-undone", 1)]
internal sealed record CountUndone(long Count, IReadOnlyList<long> Moves) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        if (await StockFate.Undo(work, Moves, ct) is null)
        {
            (await work.Db.Set<StockCount>().SingleAsync(row => row.BookId == work.Book && row.StockCountId == Count, ct)).StockPaperId = null;
        }
    }

    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        await StockFate.RefuseOtherGoods(work, Moves, blue, ct);
        return (blue with { Undo = this }, _ => { });
    }
}
