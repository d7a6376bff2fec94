using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>Something to choose, by the key a form sends.</summary>
public sealed record StockChoice(string Key, string Name);

/// <summary>Goods that lie somewhere.</summary>
/// <param name="Free">What no waiting paper takes.</param>
public sealed record LotChoice(
    long Lot, int Fund, long Item, string Name, string Unit, long Place, long OnHand, long Free, string Batch, LocalDate ReceivedOn,
    LocalDate? ExpiresOn, Amount Value, bool IsUnfit);

/// <summary>What the forms of goods offer.</summary>
public sealed record StockOffer(
    IReadOnlyList<StockChoice> Funds, IReadOnlyDictionary<int, Restriction> Defaults, IReadOnlyList<StockChoice> Places,
    IReadOnlyList<StockChoice> Items, IReadOnlyList<LotChoice> Lots, IReadOnlyList<StockChoice> Classes, IReadOnlyList<StockChoice> Projects,
    IReadOnlyList<StockChoice> Cash, IReadOnlyList<StockChoice> Expenses, bool Is2004, LocalDate Today);

/// <summary>Funds, places, goods and accounts to choose from, for whoever keeps the books of some funds.</summary>
public sealed record StockChoices : Query<StockOffer>
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task<StockOffer> Answer(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        HashSet<int> reached = [.. work.Rights.FundsOf(Role.Accountant)];
        Fund[] funds = [.. (await work.Funds(ct)).Where(fund => fund.IsOwn && fund.State != FundState.Closed && reached.Contains(fund.FundId))];
        int[] ids = [.. funds.Select(fund => fund.FundId)];
        List<StockItem> items = await work.Db.Set<StockItem>().AsNoTracking().Where(row => row.BookId == work.Book).OrderBy(row => row.Name)
            .ToListAsync(ct);
        List<StockPlace> places = await work.Db.Set<StockPlace>().AsNoTracking().Where(row => row.BookId == work.Book).OrderBy(row => row.Name)
            .ToListAsync(ct);
        List<Project> projects = await work.Db.Set<Project>().AsNoTracking().Where(row => row.BookId == work.Book && row.ClosedOn == null)
            .OrderBy(row => row.Code).ToListAsync(ct);
        return new StockOffer(
            [.. funds.Select(fund => new StockChoice(Key(fund.FundId), $"{fund.Code} {fund.Name}"))],
            funds.ToDictionary(fund => fund.FundId, fund => fund.DefaultRestriction),
            [.. places.Select(place => new StockChoice(Key(place.StockPlaceId), place.Name))],
            [.. items.Select(item => new StockChoice(Key(item.StockItemId), $"{item.Name}（{item.Unit}）"))],
            await Lots(work, ids, ct),
            [.. ProjectClass.All.Where(row => row.For.Count == 0).Select(row => new StockChoice(row.Key, row.Name))],
            [.. projects.Select(row => new StockChoice(Key(row.ProjectId), $"{row.Code} {row.Name}"))],
            [
                .. chart.Accounts.Where(row => row is { TakesLines: true, Account.Role: AccountRole.OwnCash })
                    .Select(row => new StockChoice(row.Account.Key, $"{row.Code} {chart.PathOf(row)}")),
            ],
            [
                .. chart.Accounts.Where(row => row is { TakesLines: true, Account.Class: AccountClass.Expense })
                    .Select(row => new StockChoice(row.Account.Key, $"{row.Code} {chart.PathOf(row)}")),
            ],
            GoodsPurpose.Is2004(chart), work.Today);
    }

    private static string Key(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static Task<List<LotChoice>> Lots(Work work, int[] funds, CancellationToken ct) => (
        from stand in work.Db.Set<StockStand>().AsNoTracking()
        join lot in work.Db.Set<StockLot>() on new { stand.BookId, stand.StockLotId } equals new { lot.BookId, lot.StockLotId }
        join item in work.Db.Set<StockItem>() on new { lot.BookId, lot.StockItemId } equals new { item.BookId, item.StockItemId }
        where stand.BookId == work.Book && stand.OnHand > 0 && funds.Contains(lot.FundId)
        orderby item.Name, lot.ReceivedOn, lot.StockLotId
        select new LotChoice(lot.StockLotId, lot.FundId, item.StockItemId, item.Name, item.Unit, stand.StockPlaceId, stand.OnHand,
            stand.OnHand - stand.Held, lot.Batch, lot.ReceivedOn, lot.ExpiresOn, Amount.Fen(lot.Value),
            lot.ExpiresOn < work.Today || work.Db.Set<StockRecall>().Any(row => row.BookId == lot.BookId && row.StockLotId == lot.StockLotId)))
        .ToListAsync(ct);
}
