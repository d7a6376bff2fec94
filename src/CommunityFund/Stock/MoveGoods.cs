using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>Goods are carried to another place; they stay the fund's and worth what they are.</summary>
public sealed record MoveGoods(
    Guid Key, int Fund, long From, string To, IReadOnlyList<GoodsOut> Goods, LocalDate Day, [property: Personal] string Words) : Command<long>(Key)
{
    /// <summary>They are there already.</summary>
    public const string SamePlace = "stock.same-place";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    /// <returns>The paper.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        StockPlace from = await StockPlace.Find(work, From, ct), to = await StockPlace.FindOrAdd(work, To, ct);
        if (from.StockPlaceId == to.StockPlaceId)
        {
            throw new RefusedException(SamePlace, ("place", to.Name));
        }

        IReadOnlyList<GoodsDrawn> drawn = await GoodsOnShelf.Draw(work, fund, from, Goods, Day, handsOut: false, ct);
        StockPaper paper = await StockPaper.Begin(work, StockPaperKind.Transfer, fund, Day, Words, null, ct);
        await GoodsOnShelf.Write(work, paper,
            drawn.SelectMany(row => new[]
            {
                (row.Lot.StockLotId, from.StockPlaceId, -row.Quantity, 0L), (row.Lot.StockLotId, to.StockPlaceId, row.Quantity, 0L),
            }), waits: false, ct);
        return paper.StockPaperId;
    }
}

/// <summary>A lot is called back: nothing of it is handed out from now on, and who got some of it is known by its moves.</summary>
public sealed record RecallGoods(Guid Key, long Lot, [property: Personal] string Reason) : Command<Done>(Key)
{
    /// <summary>There is no such lot, or it is called back already.</summary>
    public const string Gone = "stock.recall-gone";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Role.Accountant).For(
        await work.Db.Set<StockLot>().Where(row => row.BookId == work.Book && row.StockLotId == Lot).Select(row => row.FundId)
            .FirstOrDefaultAsync(ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        if (await work.Db.Set<StockRecall>().AnyAsync(row => row.BookId == work.Book && row.StockLotId == Lot, ct)
            || !await work.Db.Set<StockLot>().AnyAsync(row => row.BookId == work.Book && row.StockLotId == Lot, ct))
        {
            throw new RefusedException(Gone);
        }

        string reason = PlainText.Of(Reason);
        work.Db.Add(new StockRecall
        {
            BookId = work.Book,
            StockLotId = Lot,
            Reason = reason.Length is > 0 and <= 200 ? reason : throw new RefusedException(StockPaper.BadWords, ("limit", 200)),
            RecalledBy = work.ActorId,
            RecalledAt = work.Now,
        });
        return Done.It;
    }
}
