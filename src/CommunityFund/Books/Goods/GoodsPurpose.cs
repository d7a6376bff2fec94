using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>What goods that leave are for, as the entry says it.</summary>
/// <param name="Account">Key of the account that takes what they are worth.</param>
/// <param name="What">Class and project.</param>
/// <param name="Spends">The gifts pay for it; false for what only goes back or is lost.</param>
/// <param name="Part">A word of the part that takes it, where the account is divided.</param>
internal sealed record GoodsPurpose(string Account, Tags? What = null, bool Spends = true, string Part = "")
{
    /// <summary>The account is no expense.</summary>
    public const string NotExpense = "stock.not-expense";

    public static bool Is2004(Chart chart) => chart.Standard == "cn-npo-2004";

    /// <summary>Books what is drawn out of 存货, each restriction by itself, and names the gifts whose goods they are.</summary>
    /// <returns>The lots named.</returns>
    public async Task<IReadOnlyList<LotDraw>> Write(
        Work work, Chart chart, EntryDraft draft, Fund fund, IReadOnlyList<GoodsDrawn> drawn, LocalDate day, CancellationToken ct)
    {
        Account account = chart.Find(Account) is { TakesLines: true, Account: { Class: AccountClass.Expense or AccountClass.Income } found } ? found
            : chart.Part(Account, Part.Length == 0 ? [] : [Part]).Account is { Class: AccountClass.Expense or AccountClass.Income } part ? part
            : throw new RefusedException(NotExpense, ("account", Account));
        Tags what = What ?? Tags.None;
        Account shelf = chart.Part(GoodsOnShelf.AccountKey, "受赠", "捐赠").Account;
        Dictionary<Restriction, Amount> worth = drawn.GroupBy(row => row.Lot.Restriction)
            .ToDictionary(group => group.Key, group => Amount.Fen(group.Sum(row => row.Value.Units)));
        foreach ((Restriction restriction, Amount amount) in worth.Where(part => part.Value.IsPositive).OrderBy(part => part.Key))
        {
            draft.Debit(account, fund.Code, amount, what with { Restriction = account.NeedsRestriction ? restriction : null });
        }

        draft.Credit(shelf, fund.Code, Amount.Fen(worth.Values.Sum(amount => amount.Units)));
        IReadOnlyList<LotDraw> named = await NamedLots.Free(work, drawn.Where(row => row.Gift is not null && row.Value.IsPositive)
            .Select(row => (row.Gift!.Value, row.Value)), Spends, ct);
        if (Is2004(chart) && worth.GetValueOrDefault(Restriction.Restricted) is { IsPositive: true } restricted)
        {
            await NamedLots.Release(work, chart, draft, fund, await Restricted(work, named, ct), restricted, day, ct, what);
        }

        return await Whole(work, fund, named, worth.GetValueOrDefault(Restriction.Unrestricted), ct);
    }

    /// <summary>The moves learn their voucher.</summary>
    public static async Task Hang(Work work, IReadOnlyList<long> moves, long voucher, CancellationToken ct)
    {
        foreach (StockMove move in await work.Db.Set<StockMove>()
            .Where(row => row.BookId == work.Book && moves.Contains(row.StockMoveId)).ToListAsync(ct))
        {
            move.VoucherId = voucher;
        }

        await work.Db.SaveChangesAsync(ct);
    }

    private static async Task<IReadOnlyList<LotDraw>> Restricted(Work work, IReadOnlyList<LotDraw> named, CancellationToken ct)
    {
        long[] lots = await OfRestriction(work, named, Restriction.Restricted, ct);
        return [.. named.Where(draw => lots.Contains(draw.Lot))];
    }

    // Unrestricted lots are named for all that is unrestricted in a voucher, or for none of it: what was bought is paid for by the oldest
    // money, as ever.
    private async Task<IReadOnlyList<LotDraw>> Whole(
        Work work, Fund fund, IReadOnlyList<LotDraw> named, Amount? unrestricted, CancellationToken ct)
    {
        long[] free = await OfRestriction(work, named, Restriction.Unrestricted, ct);
        Dictionary<long, long> taken = named.Where(draw => free.Contains(draw.Lot)).ToDictionary(draw => draw.Lot, draw => draw.Amount.Units);
        long rest = (unrestricted?.Units ?? 0) - taken.Values.Sum();
        if (taken.Count > 0 && rest > 0)
        {
            foreach (GiftLot lot in await work.Db.Set<GiftLot>().AsNoTracking()
                .Where(lot => lot.BookId == work.Book && lot.FundId == fund.FundId && lot.Restriction == Restriction.Unrestricted
                    && lot.Used + lot.Reserved < lot.Units)
                .OrderBy(lot => lot.InGoods).ThenBy(lot => lot.ReceivedOn).ThenBy(lot => lot.LotId).ToListAsync(ct))
            {
                long part = Math.Min(rest, lot.Units - lot.Used - lot.Reserved - taken.GetValueOrDefault(lot.LotId));
                if (part > 0)
                {
                    taken[lot.LotId] = taken.GetValueOrDefault(lot.LotId) + part;
                    rest -= part;
                }
            }
        }

        LotDraw[] others = [.. named.Where(draw => !free.Contains(draw.Lot))];
        return rest > 0 ? others
            : [.. others, .. taken.OrderBy(draw => draw.Key).Select(draw => new LotDraw(draw.Key, Amount.Fen(draw.Value), Spends))];
    }

    private static Task<long[]> OfRestriction(Work work, IReadOnlyList<LotDraw> named, Restriction restriction, CancellationToken ct)
    {
        long[] lots = [.. named.Select(draw => draw.Lot)];
        return work.Db.Set<GiftLot>().Where(lot => lot.BookId == work.Book && lots.Contains(lot.LotId) && lot.Restriction == restriction)
            .Select(lot => lot.LotId).ToArrayAsync(ct);
    }
}
