using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>A lot of the item.</summary>
public sealed record StockLotRow(
    long Id, string Fund, Restriction Restriction, LocalDate ReceivedOn, string Batch, LocalDate? ExpiresOn, long Quantity, long OnHand, long Held,
    Amount Value, StockPaperKind CameBy, string? Recalled, bool MayRecall);

/// <summary>A move of the item.</summary>
/// <param name="Stands">How many there are after it, of what has happened.</param>
public sealed record StockMoveRow(
    LocalDate Day, StockPaperKind Kind, bool IsUndone, string Fund, long Lot, string Place, long Quantity, long Stands, Amount Value, string Words,
    string Party, long Paper, long? Voucher, StockMoveState State);

/// <summary>An item with its lots and moves.</summary>
public sealed record StockItemView(string Name, string Unit, IReadOnlyList<StockLotRow> Lots, IReadOnlyList<StockMoveRow> Moves, LocalDate Today);

/// <summary>Everything that happened to one item, in the funds a reader's roles reach.</summary>
public sealed record StockItemPage(long Item) : Query<StockItemView>
{
    private const int Most = 2000;

    internal override Need Needs => Need.Any(StockBoard.Readers);

    internal override async Task<StockItemView> Answer(Work work, CancellationToken ct)
    {
        StockItem item = await work.Db.Set<StockItem>().AsNoTracking().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.StockItemId == Item, ct) ?? throw new RefusedException(StockItem.Unknown);
        Dictionary<int, string> funds = StockBoard.Reached(work, await work.Funds(ct));
        int[] reached = [.. funds.Keys];
        HashSet<int> keeps = [.. work.Rights.FundsOf(Role.Accountant)];
        var lots = await (
            from lot in work.Db.Set<StockLot>().AsNoTracking()
            join paper in work.Db.Set<StockPaper>() on new { lot.BookId, lot.StockPaperId } equals new { paper.BookId, paper.StockPaperId }
            where lot.BookId == work.Book && lot.StockItemId == Item && reached.Contains(lot.FundId)
            orderby lot.ReceivedOn, lot.StockLotId
            select new
            {
                Lot = lot,
                paper.Kind,
                Recalled = work.Db.Set<StockRecall>().Where(row => row.BookId == lot.BookId && row.StockLotId == lot.StockLotId)
                    .Select(row => row.Reason).FirstOrDefault(),
            }).Take(Most).ToListAsync(ct);
        return new StockItemView(item.Name, item.Unit,
            [
                .. lots.Select(row => new StockLotRow(
                    row.Lot.StockLotId, funds[row.Lot.FundId], row.Lot.Restriction, row.Lot.ReceivedOn, row.Lot.Batch, row.Lot.ExpiresOn,
                    row.Lot.Quantity, row.Lot.OnHand, row.Lot.Held, Amount.Fen(row.Lot.Value), row.Kind, row.Recalled,
                    row.Recalled is null && row.Lot.OnHand > 0 && keeps.Contains(row.Lot.FundId))),
            ],
            await Moves(work, funds, reached, ct), work.Today);
    }

    private async Task<List<StockMoveRow>> Moves(Work work, Dictionary<int, string> funds, int[] reached, CancellationToken ct)
    {
        var moves = await (
            from move in work.Db.Set<StockMove>().AsNoTracking()
            join lot in work.Db.Set<StockLot>() on new { move.BookId, move.StockLotId } equals new { lot.BookId, lot.StockLotId }
            join paper in work.Db.Set<StockPaper>() on new { move.BookId, move.StockPaperId } equals new { paper.BookId, paper.StockPaperId }
            join place in work.Db.Set<StockPlace>() on new { move.BookId, move.StockPlaceId } equals new { place.BookId, place.StockPlaceId }
            where move.BookId == work.Book && lot.StockItemId == Item && reached.Contains(lot.FundId)
            orderby move.OccurredOn, move.StockMoveId
            select new { Move = move, lot.FundId, paper.Kind, paper.Words, paper.PartyId, Place = place.Name }).Take(Most).ToListAsync(ct);
        var names = await PersonName.Of(work, moves.Select(row => row.PartyId), ct);
        long stands = 0;
        List<StockMoveRow> rows = [];
        foreach (var row in moves)
        {
            stands += row.Move.State == StockMoveState.Done ? row.Move.Quantity : 0;
            rows.Add(new StockMoveRow(
                row.Move.OccurredOn, row.Kind, row.Move.UndoesMoveId is not null, funds[row.FundId], row.Move.StockLotId, row.Place,
                row.Move.Quantity, stands, Amount.Fen(row.Move.Units), row.Words, row.PartyId is { } party ? names[party] : "",
                row.Move.StockPaperId, row.Move.VoucherId, row.Move.State));
        }

        return rows;
    }
}
