using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>The voucher was posted: the goods have moved.</summary>
[Consequence("stock-moved", 1)]
internal sealed record StockMoved(IReadOnlyList<long> Moves) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override Task Happen(Work work, CancellationToken ct) => StockFate.Set(work, Moves, StockMoveState.Done, ct);
}

/// <summary>The voucher was rejected or withdrawn: the goods stay where they are.</summary>
[Consequence("stock-stays", 1)]
internal sealed record StockStays(IReadOnlyList<long> Moves) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override Task Happen(Work work, CancellationToken ct) => StockFate.Set(work, Moves, StockMoveState.Dropped, ct);
}

/// <summary>The voucher was reversed: the goods go back, on the day of the red voucher.</summary>
[Consequence("stock-undone", 1)]
internal sealed record StockUndone(IReadOnlyList<long> Moves) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override Task Happen(Work work, CancellationToken ct) => StockFate.Undo(work, Moves, ct);

    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        await StockFate.RefuseOtherGoods(work, Moves, blue, ct);
        return (blue with { Undo = this }, _ => { });
    }
}

/// <summary>What becomes of moves with their voucher.</summary>
internal static class StockFate
{
    /// <summary>A correction says other goods, another fund, restriction or value than the papers.</summary>
    public const string OtherGoods = "stock.other-goods";

    /// <summary>A correction would draw on other gifts than the unrestricted ones whose goods the voucher names.</summary>
    public const string OnlyReversed = "stock.only-reversed";

    public static async Task Set(Work work, IReadOnlyList<long> moves, StockMoveState state, CancellationToken ct)
    {
        foreach (StockMove move in await Of(work, moves, ct))
        {
            move.State = state;
        }
    }

    /// <summary>Undoes the moves by others; where a blue voucher says the same goods, they only go over to it.</summary>
    /// <returns>The blue voucher, if there is one.</returns>
    public static async Task<long?> Undo(Work work, IReadOnlyList<long> ids, CancellationToken ct)
    {
        List<StockMove> moves = await Of(work, ids, ct);
        long voucher = moves[0].VoucherId!.Value;
        if (await BlueVoucher.Of(work, voucher, ct) is { } blue)
        {
            moves.ForEach(move => move.VoucherId = blue);
            return blue;
        }

        var red = await (
            from was in work.Db.Vouchers
            from reversal in work.Db.Vouchers
            where was.BookId == work.Book && was.VoucherId == voucher && reversal.BookId == work.Book
                && reversal.CorrectsEntryNo == was.EntryNo && reversal.Kind == VoucherKind.Reversal && reversal.State == VoucherState.Prepared
            select new { reversal.VoucherId, reversal.OccurredOn }).SingleAsync(ct);
        work.Db.AddRange(moves.Select(move => new StockMove
        {
            BookId = work.Book,
            StockPaperId = move.StockPaperId,
            StockLotId = move.StockLotId,
            StockPlaceId = move.StockPlaceId,
            OccurredOn = red.OccurredOn,
            Quantity = -move.Quantity,
            Units = -move.Units,
            VoucherId = red.VoucherId,
            State = StockMoveState.Done,
            UndoesMoveId = move.StockMoveId,
        }));
        return null;
    }

    /// <summary>A blue voucher may say other words, another account of expense or another donor; the goods, their worth, their fund and
    /// what their income is restricted to stay.</summary>
    public static async Task RefuseOtherGoods(Work work, IReadOnlyList<long> ids, Draft blue, CancellationToken ct) =>
        await RefuseOther(work, (await Of(work, ids, ct))[0].VoucherId!.Value, blue, isGift: false, ct);

    /// <param name="isGift">Other assets and the donor stay too, for the register of gifts has them.</param>
    public static async Task RefuseOther(Work work, long voucher, Draft blue, bool isGift, CancellationToken ct)
    {
        if (await work.Db.Database.SqlQuery<bool>(
            $"""
            select exists (select 1 from voucher_lot d join gift_lot g using (book_id, lot_id)
                            where d.book_id = {work.Book} and d.voucher_id = {voucher} and g.restriction = 'U') as "Value"
            """).SingleAsync(ct))
        {
            throw new RefusedException(OnlyReversed);
        }

        Chart chart = await work.ChartOn(blue.Entry.OccurredOn, ct);
        Dictionary<string, int> funds = (await work.Funds(ct)).ToDictionary(fund => fund.Code, fund => fund.FundId);
        var was = (await work.Db.VoucherLines.AsNoTracking().Where(line => line.BookId == work.Book && line.VoucherId == voucher).ToListAsync(ct))
            .Where(line => Counts(chart.ById(line.AccountId).Account, isGift))
            .Select(line => (line.AccountId, line.FundId, Units: line.Side == Side.Debit ? line.Units : -line.Units, line.Restriction,
                Party: isGift ? line.CounterpartyId : null))
            .Order().ToList();
        var says = blue.Entry.Lines.Where(line => Counts(line.Account, isGift))
            .Select(line => (chart.Find(line.Account.Key)!.AccountId, FundId: funds[line.Fund], line.Signed.Units,
                Restriction: Codes.Of(line.Tags.Restriction), Party: isGift ? line.Tags.Counterparty : null))
            .Order().ToList();
        if (!was.SequenceEqual(says))
        {
            throw new RefusedException(OtherGoods);
        }
    }

    private static bool Counts(Account account, bool isGift) => account.Class == AccountClass.Income || GoodsOnShelf.Is(account)
        || isGift && account.Class == AccountClass.Asset;

    private static Task<List<StockMove>> Of(Work work, IReadOnlyList<long> moves, CancellationToken ct) =>
        work.Db.Set<StockMove>().Where(row => row.BookId == work.Book && moves.Contains(row.StockMoveId))
            .OrderBy(row => row.StockMoveId).ToListAsync(ct);
}
