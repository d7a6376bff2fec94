using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>Goods about to come in.</summary>
/// <param name="Quantity">Whole units.</param>
/// <param name="Value">What they stand in the books with; zero for goods that are only noted.</param>
public sealed record GoodsIn(string Item, string Unit, long Quantity, Amount Value, string Batch = "", LocalDate? ExpiresOn = null);

/// <summary>Goods asked for.</summary>
/// <param name="Lot">The lot they are to be taken from; null takes the oldest first.</param>
public sealed record GoodsOut(long Item, long Quantity, long? Lot = null);

/// <summary>What of a lot is about to go out.</summary>
/// <param name="Gift">The gift whose goods they are, as the lot of its income; null for goods that were bought, found or there before.</param>
internal sealed record GoodsDrawn(StockLot Lot, long Quantity, Amount Value, long? Gift);

/// <summary>
/// Goods by lot, for every feature that takes goods in or hands them out: it begins a paper, draws, writes its own voucher with what they
/// are worth, and hangs <see cref="StockMoved"/>, <see cref="StockStays"/> and <see cref="StockUndone"/> on it.
/// </summary>
internal static class GoodsOnShelf
{
    /// <summary>A quantity that is none.</summary>
    public const string BadQuantity = "stock.bad-quantity";

    /// <summary>The fund has not that many in that place, or not from that lot, or not on that day.</summary>
    public const string NotEnough = "stock.not-enough";

    /// <summary>What is asked for is out of date or called back.</summary>
    public const string NotFit = "stock.not-fit";

    /// <summary>存货; some bodies divide it.</summary>
    public const string AccountKey = "inventory";

    private const long Most = 1_000_000_000;

    public static bool Is(Account account) =>
        account.Key == AccountKey || account.Key.StartsWith(AccountKey + ".", StringComparison.Ordinal);

    /// <summary>Takes lots in.</summary>
    /// <param name="waits">Whether a voucher has to be reviewed first.</param>
    public static async Task<List<StockMove>> Put(
        Work work, StockPaper paper, StockPlace place, Restriction restriction, IReadOnlyList<GoodsIn> goods, bool waits, CancellationToken ct)
    {
        List<StockLot> lots = [];
        foreach (GoodsIn each in goods)
        {
            if (each.Quantity is < 1 or > Most)
            {
                throw new RefusedException(BadQuantity, ("limit", Most));
            }

            lots.Add(new StockLot
            {
                BookId = work.Book,
                StockPaperId = paper.StockPaperId,
                FundId = paper.FundId,
                StockItemId = (await StockItem.FindOrAdd(work, each.Item, each.Unit, ct)).StockItemId,
                Restriction = restriction,
                ReceivedOn = paper.OccurredOn,
                Batch = PlainText.Of(each.Batch),
                ExpiresOn = each.ExpiresOn,
                Quantity = each.Quantity,
                Units = each.Value.Units,
            });
        }

        work.Db.AddRange(lots);
        await work.Db.SaveChangesAsync(ct);
        return await Write(work, paper, lots.Select(lot => (lot.StockLotId, place.StockPlaceId, lot.Quantity, lot.Units)), waits, ct);
    }

    /// <summary>Chooses what goes out of a place, oldest first among what may be handed out on the day; the fund is locked until it is
    /// written, so that no other takes the same.</summary>
    /// <param name="handsOut">Whether people get it, who must not get what is out of date or called back.</param>
    public static async Task<IReadOnlyList<GoodsDrawn>> Draw(
        Work work, Fund fund, StockPlace place, IReadOnlyList<GoodsOut> wanted, LocalDate day, bool handsOut, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {fund.FundId} for no key update", ct);
        long[] items = [.. wanted.Select(row => row.Item).Distinct()];
        var there = await (
            from lot in work.Db.Set<StockLot>().AsNoTracking()
            join stand in work.Db.Set<StockStand>() on new { lot.BookId, lot.StockLotId } equals new { stand.BookId, stand.StockLotId }
            where lot.BookId == work.Book && lot.FundId == fund.FundId && items.Contains(lot.StockItemId)
                && stand.StockPlaceId == place.StockPlaceId && stand.OnHand > stand.Held && lot.ReceivedOn <= day
            orderby lot.ReceivedOn, lot.StockLotId
            select new
            {
                Lot = lot,
                Here = stand.OnHand - stand.Held,
                Unfit = lot.ExpiresOn < day
                    || work.Db.Set<StockRecall>().Any(row => row.BookId == lot.BookId && row.StockLotId == lot.StockLotId),
            }).ToListAsync(ct);
        Dictionary<long, long> taken = [];
        foreach (GoodsOut ask in wanted)
        {
            long left = ask.Quantity is >= 1 and <= Most ? ask.Quantity : throw new RefusedException(BadQuantity, ("limit", Most));
            foreach (var from in there.Where(row => row.Lot.StockItemId == ask.Item && (ask.Lot is null || row.Lot.StockLotId == ask.Lot)
                && !(handsOut && row.Unfit)))
            {
                long part = Math.Min(left, from.Here - taken.GetValueOrDefault(from.Lot.StockLotId));
                if (part > 0)
                {
                    taken[from.Lot.StockLotId] = taken.GetValueOrDefault(from.Lot.StockLotId) + part;
                    left -= part;
                }
            }

            if (left > 0)
            {
                StockItem item = await work.Db.Set<StockItem>().AsNoTracking()
                    .SingleOrDefaultAsync(row => row.BookId == work.Book && row.StockItemId == ask.Item, ct)
                    ?? throw new RefusedException(StockItem.Unknown);
                bool isUnfit = handsOut && there.Any(row => row.Unfit && row.Lot.StockItemId == ask.Item
                    && (ask.Lot is null || row.Lot.StockLotId == ask.Lot));
                throw new RefusedException(isUnfit ? NotFit : NotEnough,
                    ("item", item.Name), ("unit", item.Unit), ("asked", ask.Quantity), ("there", ask.Quantity - left),
                    ("fund", fund.Name), ("place", place.Name), ("day", day));
            }
        }

        Dictionary<long, long> gifts = await Gifts(work, taken.Keys, ct);
        return [.. there.Where(row => taken.ContainsKey(row.Lot.StockLotId)).Select(row => new GoodsDrawn(
            row.Lot, taken[row.Lot.StockLotId], Worth(row.Lot, taken[row.Lot.StockLotId]),
            gifts.TryGetValue(row.Lot.StockLotId, out long gift) ? gift : null))];
    }

    /// <summary>Writes what was drawn.</summary>
    public static Task<List<StockMove>> Take(
        Work work, StockPaper paper, StockPlace place, IReadOnlyList<GoodsDrawn> drawn, bool waits, CancellationToken ct) =>
        Write(work, paper, drawn.Select(row => (row.Lot.StockLotId, place.StockPlaceId, -row.Quantity, -row.Value.Units)), waits, ct);

    internal static async Task<List<StockMove>> Write(
        Work work, StockPaper paper, IEnumerable<(long Lot, long Place, long Quantity, long Units)> rows, bool waits, CancellationToken ct)
    {
        List<StockMove> moves = [.. rows.Select(row => new StockMove
        {
            BookId = work.Book,
            StockPaperId = paper.StockPaperId,
            StockLotId = row.Lot,
            StockPlaceId = row.Place,
            OccurredOn = paper.OccurredOn,
            Quantity = row.Quantity,
            Units = row.Units,
            State = waits ? StockMoveState.Waiting : StockMoveState.Done,
        })];
        work.Db.AddRange(moves);
        await work.Db.SaveChangesAsync(ct);
        return moves;
    }

    /// <summary>Their share of what the lot is worth and nobody holds; the last of them take the rest of it.</summary>
    private static Amount Worth(StockLot lot, long quantity)
    {
        Amount free = Amount.Fen(lot.Value - lot.HeldValue);
        long rest = lot.OnHand - lot.Held - quantity;
        return rest == 0 || free.IsZero ? free : free.SplitBy([rest, quantity])[1];
    }

    /// <summary>The income's lot of each lot of goods that was given.</summary>
    private static async Task<Dictionary<long, long>> Gifts(Work work, IEnumerable<long> lots, CancellationToken ct)
    {
        long[] ids = [.. lots];
        return (await (
            from lot in work.Db.Set<StockLot>()
            join move in work.Db.Set<StockMove>() on new { lot.BookId, lot.StockLotId, lot.StockPaperId }
                equals new { move.BookId, move.StockLotId, move.StockPaperId }
            join paper in work.Db.Set<StockPaper>() on new { lot.BookId, lot.StockPaperId } equals new { paper.BookId, paper.StockPaperId }
            join voucher in work.Db.Vouchers on new { move.BookId, Id = move.VoucherId } equals new { voucher.BookId, Id = (long?)voucher.VoucherId }
            join gift in work.Db.Set<GiftLot>() on new { voucher.BookId, voucher.EntryNo, lot.FundId, lot.Restriction }
                equals new { gift.BookId, EntryNo = (long?)gift.EntryNo, gift.FundId, gift.Restriction }
            where lot.BookId == work.Book && ids.Contains(lot.StockLotId) && lot.Units > 0 && paper.Kind == StockPaperKind.Gift
                && move.UndoesMoveId == null && move.State == StockMoveState.Done
            select new { lot.StockLotId, gift.LotId }).ToListAsync(ct))
            .GroupBy(row => row.StockLotId).ToDictionary(group => group.Key, group => group.Min(row => row.LotId));
    }
}
