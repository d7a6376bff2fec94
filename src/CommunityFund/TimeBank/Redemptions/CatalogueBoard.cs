using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>An item as the office sees it, with what it costs.</summary>
/// <param name="From">The shelf with what lies there, or the merchant.</param>
/// <param name="Fund">The paying fund; empty for a sponsor's.</param>
/// <param name="Cost">What a merchant gets for a piece; null for goods, whose cost is what they stand in the books with.</param>
/// <param name="MayDecide">The reader did not propose it and may agree: where a fund pays, as its accountant.</param>
public sealed record CatalogueBoardRow(
    long Item, string Programme, string Name, int Points, CatalogueSource Source, string From, string Fund, Amount? Cost, int? Quota, long Free,
    int Reserved, int HandedOver, int? MonthLimit, string Project, LocalDate ValidFrom, LocalDate? ValidUntil, CatalogueState State,
    string ProposedBy, string DecidedBy, bool MayDecide, bool MayEnd);

/// <summary>The catalogue as the office keeps it.</summary>
public sealed record CatalogueBoardView(IReadOnlyList<CatalogueBoardRow> Rows, bool MayPropose, IReadOnlyList<ProgrammeChoice> Programmes);

/// <summary>All items of the programmes in reach or of one of them, those that wait first.</summary>
public sealed record CatalogueBoard(int? Programme = null) : Query<CatalogueBoardView>
{
    internal override Need Needs => Need.Any(Programmes.Programme.Readers);

    internal override async Task<CatalogueBoardView> Answer(Work work, CancellationToken ct)
    {
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        IReadOnlyList<Fund> mine = await Programmes.Programme.Mine(work, ct);
        int[] ids = [.. mine.Select(fund => fund.FundId).Where(fund => Programme is null || fund == Programme)];
        List<CatalogueItem> items = await work.Db.Set<CatalogueItem>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.FundId)).ToListAsync(ct);
        Dictionary<long, string> shelves = await work.Db.Set<StockItem>().AsNoTracking().Where(row => row.BookId == work.Book)
            .ToDictionaryAsync(row => row.StockItemId, row => row.Name + "（" + row.Unit + "）", ct);
        Dictionary<long, string> places = await work.Db.Set<StockPlace>().AsNoTracking().Where(row => row.BookId == work.Book)
            .ToDictionaryAsync(row => row.StockPlaceId, row => row.Name, ct);
        Dictionary<long, string> projects = await work.Db.Set<Project>().AsNoTracking().Where(row => row.BookId == work.Book)
            .ToDictionaryAsync(row => row.ProjectId, row => row.Code + " " + row.Name, ct);
        var counts = (await work.Db.Set<Redemption>().AsNoTracking().Where(row => row.BookId == work.Book && ids.Contains(row.FundId))
                .GroupBy(row => new { row.CatalogueItemId, row.State }).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(ct))
            .ToDictionary(row => (row.Key.CatalogueItemId, row.Key.State), row => row.Count);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, items.SelectMany(item => new[] { item.ProposedBy, item.DecidedBy, item.MerchantId }), ct);
        List<CatalogueBoardRow> rows = [];
        foreach (CatalogueItem item in items.OrderBy(item => Rank(item.State)).ThenBy(item => item.Points).ThenBy(item => item.CatalogueItemId))
        {
            bool reaches = work.Rights.Reaches(ProposeItem.Deciders, item.FundId);
            rows.Add(new CatalogueBoardRow(
                item.CatalogueItemId, funds[item.FundId].Name, item.Name, item.Points, item.Source,
                item.StockItemId is { } goods ? $"{places[item.StockPlaceId!.Value]} {shelves[goods]}" : names[item.MerchantId!.Value],
                item.PayingFundId is { } paying ? funds[paying].Name : "", item.PieceUnits is { } cost ? Amount.Fen(cost) : null, item.Quota,
                item.State == CatalogueState.Open ? await item.Free(work, ct) : 0,
                counts.GetValueOrDefault((item.CatalogueItemId, RedemptionState.Reserved)),
                counts.GetValueOrDefault((item.CatalogueItemId, RedemptionState.HandedOver)), item.MonthLimit,
                item.ProjectId is { } project ? projects[project] : "", item.ValidFrom, item.ValidUntil, item.State, names[item.ProposedBy],
                item.DecidedBy is { } by ? names[by] : "", item.State == CatalogueState.Waiting && item.ProposedBy != work.Actor
                    && (item.PayingFundId is { } fund ? work.Rights.Reaches([Role.Accountant], fund) : reaches),
                reaches && item.State == CatalogueState.Open));
        }

        return new CatalogueBoardView(rows, mine.Any(programme => work.Rights.Reaches(ProposeItem.Deciders, programme.FundId)),
            ProgrammeChoice.Of(mine));
    }

    private static int Rank(CatalogueState state) => state switch
    {
        CatalogueState.Waiting => 0,
        CatalogueState.Open => 1,
        CatalogueState.Ended => 2,
        _ => 3,
    };
}

/// <summary>Something to choose, by the key a form sends.</summary>
public sealed record CatalogueChoice(string Key, string Name);

/// <summary>What the form of a new item offers.</summary>
/// <param name="Shelves">Goods that lie somewhere: "fund item place" as key.</param>
public sealed record CatalogueOffer(
    LocalDate Today, IReadOnlyList<CatalogueChoice> Programmes, IReadOnlyList<CatalogueChoice> Funds, IReadOnlyList<CatalogueChoice> Shelves,
    IReadOnlyList<CatalogueChoice> Projects, IReadOnlyList<string> Merchants);

/// <summary>Programmes, shelves, funds and projects to choose from.</summary>
public sealed record CatalogueChoices : Query<CatalogueOffer>
{
    internal override Need Needs => Need.Any(ProposeItem.Deciders);

    internal override async Task<CatalogueOffer> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<Fund> funds = await work.Funds(ct);
        Fund[] own = [.. funds.Where(fund => fund.IsOwn && fund.State != FundState.Closed)];
        int[] ids = [.. own.Select(fund => fund.FundId)];
        Dictionary<int, string> names = own.ToDictionary(fund => fund.FundId, fund => $"{fund.Code} {fund.Name}");
        var shelves = await (
            from stand in work.Db.Set<StockStand>().AsNoTracking()
            join lot in work.Db.Set<StockLot>() on new { stand.BookId, stand.StockLotId } equals new { lot.BookId, lot.StockLotId }
            join item in work.Db.Set<StockItem>() on new { lot.BookId, lot.StockItemId } equals new { item.BookId, item.StockItemId }
            join place in work.Db.Set<StockPlace>() on new { stand.BookId, stand.StockPlaceId } equals new { place.BookId, place.StockPlaceId }
            where stand.BookId == work.Book && stand.OnHand > 0 && ids.Contains(lot.FundId)
            group stand.OnHand by new { lot.FundId, lot.StockItemId, stand.StockPlaceId, Item = item.Name, item.Unit, Place = place.Name } into shelf
            select new { shelf.Key, Count = shelf.Sum() }).ToListAsync(ct);
        List<string> merchants = await (
            from item in work.Db.Set<CatalogueItem>().AsNoTracking()
            join person in work.Db.People on item.MerchantId equals (long?)person.PersonId
            where item.BookId == work.Book
            select person.Name).Distinct().OrderBy(name => name).ToListAsync(ct);
        return new CatalogueOffer(
            work.Today,
            [.. funds.Where(fund => fund.Kind == FundKind.Programme && work.Rights.Reaches(ProposeItem.Deciders, fund.FundId))
                .Select(fund => new CatalogueChoice(Key(fund.FundId), fund.Name))],
            [.. own.Select(fund => new CatalogueChoice(Key(fund.FundId), names[fund.FundId]))],
            [.. shelves.OrderBy(row => row.Key.Item).ThenBy(row => row.Key.Place).ThenBy(row => row.Key.FundId).Select(row => new CatalogueChoice(
                $"{Key(row.Key.FundId)} {Key(row.Key.StockItemId)} {Key(row.Key.StockPlaceId)}",
                $"{row.Key.Item} × {row.Count}（{row.Key.Unit}）· {row.Key.Place} · {names[row.Key.FundId]}"))],
            [.. (await work.Db.Set<Project>().AsNoTracking().Where(row => row.BookId == work.Book && row.ClosedOn == null)
                .OrderBy(row => row.Code).ToListAsync(ct)).Select(row => new CatalogueChoice(Key(row.ProjectId), $"{row.Code} {row.Name}"))],
            merchants);
    }

    private static string Key(long id) => id.ToString(CultureInfo.InvariantCulture);
}
