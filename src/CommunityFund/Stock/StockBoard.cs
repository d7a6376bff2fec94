using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>What lies in one place of one item of one fund.</summary>
/// <param name="Held">What waiting papers take.</param>
/// <param name="IsNoted">Without value, noted only.</param>
/// <param name="ExpiresOn">The first of it that goes out of date.</param>
/// <param name="Unfit">How many are out of date or called back.</param>
public sealed record StockRow(
    string Fund, long Item, string Name, string Unit, long Place, string PlaceName, long Quantity, long Held, Amount Value, bool IsNoted,
    LocalDate? ExpiresOn, long Unfit);

/// <summary>Register and books beside each other, fund by fund.</summary>
/// <param name="Register">What the goods in the register are worth.</param>
/// <param name="Booked">What account 存货 says.</param>
public sealed record StockControl(int FundId, string Fund, Amount Register, Amount Booked)
{
    public bool Agrees => Register == Booked;
}

/// <summary>A posted voucher that moved 存货 without saying which goods.</summary>
public sealed record StockUnentered(int FundId, string Fund, long Voucher, Amount Amount);

/// <summary>A count of the last ones.</summary>
public sealed record StockCountRow(long Id, LocalDate Day, string Fund, string Place, int Lots, int Differing, long? Paper, string CountedBy)
{
    public bool IsOpen => Paper is null && Differing > 0;
}

/// <summary>A paper of the last ones.</summary>
/// <param name="IsTakenBack">Its voucher was reversed, and its goods with it.</param>
public sealed record StockPaperRow(
    long Id, StockPaperKind Kind, LocalDate Day, string Fund, string Words, string Party, Amount Value, StockMoveState State, bool IsTakenBack,
    long? Voucher);

/// <summary>All goods a reader's roles reach.</summary>
public sealed record StockBoardView(
    string Body, IReadOnlyList<StockRow> Rows, IReadOnlyList<StockControl> Control, IReadOnlyList<StockUnentered> Unentered,
    IReadOnlyList<StockCountRow> Counts, IReadOnlyList<StockPaperRow> Papers, bool Keeps, LocalDate Today)
{
    public Amount Value => Rows.Aggregate(Amount.Fen(0), (sum, row) => sum + row.Value);
}

/// <summary>Goods by fund, item and place, with what they are worth, beside what the books say.</summary>
public sealed record StockBoard : Query<StockBoardView>
{
    internal static readonly Role[] Readers =
        [Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.FinanceOffice, Role.Panel, Role.Admin];

    private const int Shown = 30;

    internal override Need Needs => Need.Any(Readers);

    internal override async Task<StockBoardView> Answer(Work work, CancellationToken ct)
    {
        Dictionary<int, string> funds = Reached(work, await work.Funds(ct));
        int[] reached = [.. funds.Keys];
        List<StockCountRow> counts = await Counts(work, funds, reached, ct);
        return new StockBoardView(
            await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
            await Rows(work, funds, reached, ct), await Control(work, funds, ct),
            [
                .. (await UnenteredStock.Of(work, ct)).Where(row => funds.ContainsKey(row.FundId))
                    .Select(row => new StockUnentered(row.FundId, funds[row.FundId], row.Voucher, Amount.Fen(row.Units))),
            ],
            counts, await Papers(work, funds, reached, ct), work.Rights.FundsOf(Role.Accountant).Count > 0, work.Today);
    }

    internal static Dictionary<int, string> Reached(Work work, IReadOnlyList<Fund> funds)
    {
        HashSet<int> reached = [.. work.Rights.FundsOf(Readers)];
        return funds.Where(fund => reached.Contains(fund.FundId)).ToDictionary(fund => fund.FundId, fund => $"{fund.Code} {fund.Name}");
    }

    private static async Task<List<StockRow>> Rows(Work work, Dictionary<int, string> funds, int[] reached, CancellationToken ct)
    {
        var lying = await (
            from stand in work.Db.Set<StockStand>().AsNoTracking()
            join lot in work.Db.Set<StockLot>() on new { stand.BookId, stand.StockLotId } equals new { lot.BookId, lot.StockLotId }
            join item in work.Db.Set<StockItem>() on new { lot.BookId, lot.StockItemId } equals new { item.BookId, item.StockItemId }
            join place in work.Db.Set<StockPlace>() on new { stand.BookId, stand.StockPlaceId } equals new { place.BookId, place.StockPlaceId }
            where stand.BookId == work.Book && stand.OnHand > 0 && reached.Contains(lot.FundId)
            orderby lot.StockLotId, stand.StockPlaceId
            select new
            {
                Lot = lot,
                stand.OnHand,
                stand.Held,
                item.StockItemId,
                item.Name,
                item.Unit,
                stand.StockPlaceId,
                Place = place.Name,
                IsRecalled = work.Db.Set<StockRecall>().Any(row => row.BookId == lot.BookId && row.StockLotId == lot.StockLotId),
            }).ToListAsync(ct);

        // A lot in several places is worth in each what its pieces there are worth.
        return
        [
            .. lying.GroupBy(row => row.Lot.StockLotId).SelectMany(lot => lot.Zip(
                    Amount.Fen(lot.First().Lot.Value).SplitBy([.. lot.Select(row => row.OnHand)]), (row, value) => (Row: row, Value: value)))
                .GroupBy(part => (part.Row.Lot.FundId, part.Row.StockItemId, part.Row.StockPlaceId, IsNoted: part.Row.Lot.Units == 0))
                .Select(group => new StockRow(
                    funds[group.Key.FundId], group.Key.StockItemId, group.First().Row.Name, group.First().Row.Unit, group.Key.StockPlaceId,
                    group.First().Row.Place, group.Sum(part => part.Row.OnHand), group.Sum(part => part.Row.Held),
                    group.Aggregate(Amount.Fen(0), (sum, part) => sum + part.Value), group.Key.IsNoted, group.Min(part => part.Row.Lot.ExpiresOn),
                    group.Where(part => part.Row.IsRecalled || part.Row.Lot.ExpiresOn < work.Today).Sum(part => part.Row.OnHand)))
                .OrderBy(row => row.Fund, StringComparer.Ordinal).ThenBy(row => row.Name, StringComparer.Ordinal).ThenBy(row => row.Place),
        ];
    }

    private static async Task<List<StockControl>> Control(Work work, Dictionary<int, string> funds, CancellationToken ct) =>
    [
        .. (await work.Db.Database.SqlQuery<Sums>(
            $"""
            select f.fund_id as "FundId", coalesce(s.units, 0)::bigint as "Register", coalesce(b.net, 0)::bigint as "Booked" from fund f
              left join (select fund_id, sum(value) as units from stock_lot where book_id = {work.Book} group by fund_id) s using (fund_id)
              left join (select p.fund_id, sum(p.net) as net from fund_position p join account a using (book_id, account_id)
                          where p.book_id = {work.Book} and (a.key = 'inventory' or a.key like 'inventory.%') group by p.fund_id) b using (fund_id)
             where f.book_id = {work.Book} and (coalesce(s.units, 0) <> 0 or coalesce(b.net, 0) <> 0) order by f.code
            """).ToListAsync(ct)).Where(row => funds.ContainsKey(row.FundId))
            .Select(row => new StockControl(row.FundId, funds[row.FundId], Amount.Fen(row.Register), Amount.Fen(row.Booked))),
    ];

    private static async Task<List<StockCountRow>> Counts(Work work, Dictionary<int, string> funds, int[] reached, CancellationToken ct)
    {
        var counts = await (
            from count in work.Db.Set<StockCount>().AsNoTracking()
            join place in work.Db.Set<StockPlace>() on new { count.BookId, count.StockPlaceId } equals new { place.BookId, place.StockPlaceId }
            where count.BookId == work.Book && reached.Contains(count.FundId)
            orderby count.StockCountId descending
            select new
            {
                Count = count,
                Place = place.Name,
                Lots = work.Db.Set<StockCountLine>().Count(row => row.BookId == count.BookId && row.StockCountId == count.StockCountId),
                Differing = work.Db.Set<StockCountLine>().Count(
                    row => row.BookId == count.BookId && row.StockCountId == count.StockCountId && row.Counted != row.Booked),
            }).Take(Shown).ToListAsync(ct);
        var names = await PersonName.Of(work, counts.Select(row => (long?)row.Count.CountedBy), ct);
        return
        [
            .. counts.Select(row => new StockCountRow(row.Count.StockCountId, row.Count.CountedOn, funds[row.Count.FundId], row.Place, row.Lots,
                row.Differing, row.Count.StockPaperId, names[row.Count.CountedBy])),
        ];
    }

    private static async Task<List<StockPaperRow>> Papers(Work work, Dictionary<int, string> funds, int[] reached, CancellationToken ct)
    {
        List<StockPaper> papers = await work.Db.Set<StockPaper>().AsNoTracking()
            .Where(row => row.BookId == work.Book && reached.Contains(row.FundId))
            .OrderByDescending(row => row.StockPaperId).Take(Shown).ToListAsync(ct);
        long[] ids = [.. papers.Select(row => row.StockPaperId)];
        var moves = (await work.Db.Set<StockMove>().AsNoTracking().Where(row => row.BookId == work.Book && ids.Contains(row.StockPaperId)
            && row.UndoesMoveId == null).ToListAsync(ct)).ToLookup(row => row.StockPaperId);
        var names = await PersonName.Of(work, papers.Select(row => row.PartyId), ct);
        HashSet<long> back = [.. await StockSlip.TakenBack(work, ids).ToListAsync(ct)];
        return
        [
            .. papers.Where(row => moves.Contains(row.StockPaperId)).Select(row => new StockPaperRow(
                row.StockPaperId, row.Kind, row.OccurredOn, funds[row.FundId], row.Words, row.PartyId is { } party ? names[party] : "",
                Amount.Fen(Math.Abs(moves[row.StockPaperId].Sum(move => move.Units))), moves[row.StockPaperId].First().State,
                back.Contains(row.StockPaperId), moves[row.StockPaperId].First().VoucherId)),
        ];
    }

    private sealed record Sums(int FundId, long Register, long Booked);
}
