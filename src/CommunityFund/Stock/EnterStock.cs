using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Stock;

/// <summary>
/// Goods that a posted voucher brought into 存货 without saying which, such as opening balances or goods found at a change-over, enter the
/// register: in all worth what that voucher says of the fund.
/// </summary>
public sealed record EnterStock(
    Guid Key, int Fund, long Voucher, string Place, IReadOnlyList<GoodsIn> Goods, Restriction Restriction) : Command<long>(Key)
{
    /// <summary>The voucher brings no goods into the fund, or its goods stand in the register.</summary>
    public const string NothingToEnter = "stock.nothing-to-enter";

    /// <summary>The goods are worth more or less than the voucher says.</summary>
    public const string OtherValue = "stock.other-value";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    /// <returns>The paper.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {Fund} for no key update", ct);
        Voucher voucher = await work.Db.Vouchers.AsNoTracking().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.VoucherId == Voucher && row.State == VoucherState.Posted && row.ReversedBy == null, ct)
            ?? throw new RefusedException(NothingToEnter);
        Amount there = Amount.Fen((await UnenteredStock.Of(work, ct))
            .Where(row => row.Voucher == Voucher && row.FundId == Fund).Sum(row => row.Units));
        Amount told = Amount.Fen(Goods.Sum(row => row.Value.Units));
        if (!there.IsPositive)
        {
            throw new RefusedException(NothingToEnter);
        }

        if (told != there || Goods.Any(row => !row.Value.IsPositive))
        {
            throw new RefusedException(OtherValue, ("told", told), ("booked", there));
        }

        StockPaper paper = await StockPaper.Begin(work, StockPaperKind.Opening, fund, voucher.OccurredOn, "存货登记入册", null, ct);
        List<StockMove> moves = await GoodsOnShelf.Put(
            work, paper, await StockPlace.FindOrAdd(work, Place, ct), Restriction, Goods, waits: true, ct);
        foreach (StockMove move in moves)
        {
            (move.VoucherId, move.State) = (Voucher, StockMoveState.Done);
        }

        await work.Db.SaveChangesAsync(ct);
        return paper.StockPaperId;
    }
}

/// <summary>What a posted voucher moved through 存货 of a fund without saying which goods.</summary>
internal sealed record UnenteredStock(int FundId, long Voucher, long Units)
{
    public static Task<List<UnenteredStock>> Of(Work work, CancellationToken ct) => work.Db.Database.SqlQuery<UnenteredStock>(
        $"""
        select p.fund_id as "FundId", j.voucher_id as "Voucher", sum(case p.side when 'D' then p.units else -p.units end)::bigint as "Units"
          from posting p join account a using (book_id, account_id)
          join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
          join voucher v on v.book_id = j.book_id and v.voucher_id = j.voucher_id
         where p.book_id = {work.Book} and (a.key = 'inventory' or a.key like 'inventory.%') and v.reversed_by is null and v.kind <> 'reversal'
           and not exists (select 1 from stock_move m join stock_lot l using (book_id, stock_lot_id)
                            where m.book_id = p.book_id and m.voucher_id = j.voucher_id and l.fund_id = p.fund_id)
         group by p.fund_id, j.voucher_id having sum(case p.side when 'D' then p.units else -p.units end) <> 0
         order by p.fund_id, j.voucher_id
        """).ToListAsync(ct);
}
