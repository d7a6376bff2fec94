using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>A line of a paper.</summary>
public sealed record SlipLine(string Name, string Unit, long Quantity, Amount Value, string Batch, LocalDate? ExpiresOn, string Place);

/// <summary>A paper as it is signed.</summary>
/// <param name="IsTakenBack">Its voucher was reversed, and the goods came back to their shelf or left it again.</param>
/// <param name="Lines">In the order of its lots; where goods are carried, what leaves.</param>
public sealed record SlipView(
    long Paper, StockPaperKind Kind, string Body, string Fund, LocalDate Day, string Words, string Party, string ProjectClass, string Project,
    string Maker, long? Voucher, StockMoveState State, bool IsTakenBack, IReadOnlyList<SlipLine> Lines)
{
    public Amount Value => Lines.Aggregate(Amount.Fen(0), (sum, line) => sum + line.Value);
}

/// <summary>领用签收单, 入库单: one paper with its goods.</summary>
public sealed record StockSlip(long Paper) : Query<SlipView>
{
    /// <summary>There is no such paper, or it is of a fund out of reach.</summary>
    public const string Gone = "stock.paper-gone";

    internal override Need Needs => Need.Any(StockBoard.Readers);

    internal override async Task<SlipView> Answer(Work work, CancellationToken ct)
    {
        Dictionary<int, string> funds = StockBoard.Reached(work, await work.Funds(ct));
        StockPaper? paper = await work.Db.Set<StockPaper>().AsNoTracking().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.StockPaperId == Paper, ct);
        if (paper is null || !funds.TryGetValue(paper.FundId, out string? fund))
        {
            throw new RefusedException(Gone);
        }

        var moves = await (
            from move in work.Db.Set<StockMove>().AsNoTracking()
            join lot in work.Db.Set<StockLot>() on new { move.BookId, move.StockLotId } equals new { lot.BookId, lot.StockLotId }
            join item in work.Db.Set<StockItem>() on new { lot.BookId, lot.StockItemId } equals new { item.BookId, item.StockItemId }
            join place in work.Db.Set<StockPlace>() on new { move.BookId, move.StockPlaceId } equals new { place.BookId, place.StockPlaceId }
            where move.BookId == work.Book && move.StockPaperId == Paper && move.UndoesMoveId == null
            orderby move.StockMoveId
            select new { Move = move, Lot = lot, item.Name, item.Unit, Place = place.Name }).ToListAsync(ct);
        var names = await PersonName.Of(work, [paper.PartyId, paper.MadeBy], ct);
        string project = await work.Db.Set<Project>().Where(row => row.BookId == work.Book && row.ProjectId == paper.ProjectId)
            .Select(row => row.Name).FirstOrDefaultAsync(ct) ?? "";
        return new SlipView(
            Paper, paper.Kind, await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct), fund,
            paper.OccurredOn, paper.Words, paper.PartyId is { } party ? names[party] : "", ProjectClass.Find(paper.ProjectClass)?.Name ?? "", project,
            names[paper.MadeBy], moves.FirstOrDefault()?.Move.VoucherId, moves.FirstOrDefault()?.Move.State ?? StockMoveState.Dropped,
            await TakenBack(work, [Paper]).AnyAsync(ct),
            [
                .. moves.Where(row => paper.Kind != StockPaperKind.Transfer || row.Move.Quantity < 0).Select(row => new SlipLine(
                    row.Name, row.Unit, Math.Abs(row.Move.Quantity), Amount.Fen(Math.Abs(row.Move.Units)), row.Lot.Batch,
                    row.Lot.ExpiresOn, row.Place)),
            ]);
    }

    /// <summary>Of the papers, those whose moves were undone.</summary>
    internal static IQueryable<long> TakenBack(Work work, long[] papers) =>
        from move in work.Db.Set<StockMove>()
        join undone in work.Db.Set<StockMove>()
            on new { move.BookId, Undoes = (long?)move.StockMoveId } equals new { undone.BookId, Undoes = undone.UndoesMoveId }
        where move.BookId == work.Book && papers.Contains(move.StockPaperId)
        select move.StockPaperId;
}

/// <summary>A paper on A4, with room for signatures.</summary>
public static class StockSlipPaper
{
    public static PaperSheet Of(SlipView slip, Words words) => new(
        words[$"stock.slip.{Codes.Kebab(slip.Kind)}"], "", $"{words[$"stock.slip.{Codes.Kebab(slip.Kind)}"]}-{slip.Paper}", PaperSide.Upright,
        typeof(StockSlipPrint), new Dictionary<string, object?> { [nameof(StockSlipPrint.Slip)] = slip }, "stock-slip", slip.Lines.Count);
}
