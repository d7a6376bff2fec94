using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>Goods without a reliable value: name, quantity, source and use, as the notes ask for them.</summary>
public sealed record MemoRow(
    string Fund, string Name, string Unit, LocalDate ReceivedOn, string Source, long In, long Out, long Stands, string Use);

/// <summary>备查登记簿 of a period.</summary>
public sealed record MemoView(string Body, LocalDate From, LocalDate To, IReadOnlyList<MemoRow> Rows, bool Keeps);

/// <summary>What came in, went out and stands, of goods that are in no account (regulation 2.5).</summary>
/// <param name="To">The last day; null is today. What had gone before <paramref name="From"/> is left out.</param>
public sealed record MemoRegister(LocalDate? From = null, LocalDate? To = null) : Query<MemoView>
{
    internal override Need Needs => Need.Any(StockBoard.Readers);

    internal override async Task<MemoView> Answer(Work work, CancellationToken ct)
    {
        LocalDate to = To ?? work.Today, from = From ?? new LocalDate(to.Year, 1, 1);
        Dictionary<int, string> funds = StockBoard.Reached(work, await work.Funds(ct));
        int[] reached = [.. funds.Keys];
        var moves = await (
            from move in work.Db.Set<StockMove>().AsNoTracking()
            join lot in work.Db.Set<StockLot>() on new { move.BookId, move.StockLotId } equals new { lot.BookId, lot.StockLotId }
            join item in work.Db.Set<StockItem>() on new { lot.BookId, lot.StockItemId } equals new { item.BookId, item.StockItemId }
            join paper in work.Db.Set<StockPaper>() on new { move.BookId, move.StockPaperId } equals new { paper.BookId, paper.StockPaperId }
            where move.BookId == work.Book && lot.Units == 0 && move.State == StockMoveState.Done && move.OccurredOn <= to
                && reached.Contains(lot.FundId) && paper.Kind != StockPaperKind.Transfer
            orderby lot.ReceivedOn, lot.StockLotId, move.StockMoveId
            select new { Lot = lot, item.Name, item.Unit, Paper = paper, move.Quantity, move.OccurredOn, IsUndo = move.UndoesMoveId != null })
            .ToListAsync(ct);
        var names = await PersonName.Of(work, moves.Select(row => row.Paper.PartyId), ct);
        List<MemoRow> rows = [];
        foreach (var lot in moves.GroupBy(row => row.Lot.StockLotId))
        {
            var first = lot.First();
            long stands = lot.Sum(row => row.Quantity), received = lot.Where(row => IsIn(row.Quantity, row.IsUndo)).Sum(row => row.Quantity);
            if (received == 0 || (stands == 0 && lot.Max(row => row.OccurredOn) < from))
            {
                continue;
            }

            string[] uses = [.. lot.Where(row => !IsIn(row.Quantity, row.IsUndo) && !row.IsUndo).Select(row => row.Paper.Words).Distinct()];
            rows.Add(new MemoRow(
                funds[first.Lot.FundId], first.Name, first.Unit, first.Lot.ReceivedOn,
                first.Paper.PartyId is { } donor ? names[donor] : "", received, received - stands, stands, string.Join('；', uses)));
        }

        string body = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct);
        return new MemoView(body, from, to, rows, work.Rights.FundsOf(Role.Accountant).Any());
    }

    // What undoes a receipt counts with the receipts, what undoes an issue with the issues.
    private static bool IsIn(long quantity, bool isUndo) => quantity > 0 != isUndo;
}
