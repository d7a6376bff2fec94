using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>One piece that a merchant handed out.</summary>
public sealed record StatementPiece(long Number, LocalDate Day, string Item, string Fund, Amount Cost);

/// <summary>A merchant's month.</summary>
/// <param name="Pieces">What is booked: of a month that is settled what was settled, else what would be settled now.</param>
/// <param name="Waiting">Pieces handed out by then whose voucher is not posted; they come with a later month.</param>
/// <param name="Said">What the register says is owed to the merchant in all.</param>
/// <param name="Booked">What the books say is owed.</param>
/// <param name="Settled">How the month's payment stands; null if it is not settled.</param>
public sealed record StatementView(
    long Merchant, string Name, string Body, LocalDate Month, IReadOnlyList<StatementPiece> Pieces, int Waiting, Amount Said, Amount Booked,
    MerchantMonthState? Settled, string SettledBy, bool HasAccount, bool IsOver, bool MaySettle, LocalDate Today)
{
    public Amount Total => Pieces.Aggregate(Amount.Fen(0), (sum, piece) => sum + piece.Cost);

    public bool Agrees => Said == Booked;
}

/// <summary>商家月结单: what a merchant handed out in a month, piece by piece, beside what the books owe.</summary>
/// <param name="Month">Any day of it.</param>
public sealed record MerchantStatement(long Merchant, LocalDate Month) : Query<StatementView>
{
    /// <summary>No item of the catalogue is of that merchant.</summary>
    public const string Unknown = "merchant.unknown";

    internal override Need Needs => Need.Any(MerchantList.Readers).ForWholeBook();

    internal override async Task<StatementView> Answer(Work work, CancellationToken ct)
    {
        LocalDate month = Month.With(DateAdjusters.StartOfMonth), end = month.PlusMonths(1);
        if (!await work.Db.Set<CatalogueItem>().AnyAsync(row => row.BookId == work.Book && row.MerchantId == Merchant
            && row.Source == CatalogueSource.Merchant, ct))
        {
            throw new RefusedException(Unknown);
        }

        MerchantSettlement? settled = await work.Db.Set<MerchantSettlement>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.MerchantId == Merchant && row.Month == month, ct);
        long? which = settled?.MerchantSettlementId;
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        var rows = await (
            from row in work.Db.Set<Redemption>().AsNoTracking()
            join item in work.Db.Set<CatalogueItem>() on new { row.BookId, row.CatalogueItemId } equals new { item.BookId, item.CatalogueItemId }
            where row.BookId == work.Book && item.MerchantId == Merchant && item.Source == CatalogueSource.Merchant
                && row.State == RedemptionState.HandedOver && row.EndedOn < end && row.MerchantSettlementId == which
            orderby row.EndedOn, row.RedemptionId
            select new { row.RedemptionId, row.EndedOn, row.Cost, row.Units, item.Name, item.PayingFundId }).ToListAsync(ct);
        MerchantBooks books = await MerchantBooks.Of(work, Merchant, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [Merchant, settled?.MadeBy], ct);
        return new StatementView(
            Merchant, names[Merchant], (await work.Db.Books.FindAsync([work.Book], ct))!.Name, month,
            [
                .. rows.Where(row => row.Cost == RedemptionCost.Booked).Select(row => new StatementPiece(
                    row.RedemptionId, row.EndedOn!.Value, row.Name, funds[row.PayingFundId!.Value], Amount.Fen(row.Units))),
            ],
            rows.Count(row => row.Cost != RedemptionCost.Booked), books.Said, books.Booked, settled?.State,
            settled is null ? "" : names[settled.MadeBy], await MerchantBooks.AccountOf(work, Merchant, ct) is not null, end <= work.Today,
            work.Rights.ReachesAll([Role.Accountant]), work.Today);
    }
}

/// <summary>A merchant beside what is owed.</summary>
public sealed record MerchantRow(long Merchant, string Name, int Open, Amount OpenUnits, Amount Owed, LocalDate Month, LocalDate? LastSettled);

/// <summary>Merchants where points are redeemed.</summary>
public sealed record MerchantList : Query<IReadOnlyList<MerchantRow>>
{
    /// <summary>Who keeps, reviews, pays or watches.</summary>
    public static IReadOnlyList<Role> Readers { get; } =
        [Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.ApproverL1, Role.ApproverL2, Role.Panel, Role.FinanceOffice, Role.Admin];

    internal override Need Needs => Need.Any(Readers).ForWholeBook();

    internal override async Task<IReadOnlyList<MerchantRow>> Answer(Work work, CancellationToken ct)
    {
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select c.merchant_id as "Merchant",
                   count(r.redemption_id) filter (where r.cost = 'booked' and r.merchant_settlement_id is null)::int as "Open",
                   coalesce(sum(r.units) filter (where r.cost = 'booked' and r.merchant_settlement_id is null), 0)::bigint as "Units",
                   min(r.ended_on) filter (where r.cost = 'booked' and r.merchant_settlement_id is null) as "First",
                   (select max(s.month) from merchant_settlement s where s.book_id = {work.Book} and s.merchant_id = c.merchant_id) as "Last",
                   coalesce((select sum(s.units) from merchant_settlement s
                              where s.book_id = {work.Book} and s.merchant_id = c.merchant_id and s.state = 'owed'), 0)::bigint as "Owed"
              from catalogue_item c left join redemption r using (book_id, catalogue_item_id)
             where c.book_id = {work.Book} and c.source = 'merchant' and c.state in ('open', 'ended')
             group by c.merchant_id
            """).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.Select(row => (long?)row.Merchant), ct);
        LocalDate lastMonth = work.Today.With(DateAdjusters.StartOfMonth).PlusMonths(-1);
        return
        [
            .. rows.Select(row => new MerchantRow(row.Merchant, names[row.Merchant], row.Open, Amount.Fen(row.Units), Amount.Fen(row.Owed),
                row.First is { } first && LocalDate.FromDateOnly(first) is var day ? day.With(DateAdjusters.StartOfMonth) : lastMonth,
                row.Last is { } last ? LocalDate.FromDateOnly(last) : null)).OrderBy(row => row.Name, StringComparer.Ordinal),
        ];
    }

    private sealed record Row(long Merchant, int Open, long Units, DateOnly? First, DateOnly? Last, long Owed);
}

/// <summary>The statement on A4, for the merchant to sign.</summary>
public static class StatementPaper
{
    public static PaperSheet Of(StatementView view, Words words) => new(
        words["merchant.paper.title"], view.Body, $"{words["merchant.paper.title"]}-{view.Name}-{view.Month.Year:0000}{view.Month.Month:00}",
        PaperSide.Upright, typeof(StatementPrint), new Dictionary<string, object?> { [nameof(StatementPrint.View)] = view }, "redemption",
        view.Pieces.Count);
}
