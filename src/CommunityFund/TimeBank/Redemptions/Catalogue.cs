using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>What may be had.</summary>
/// <param name="Left">Pieces that nobody has spoken for.</param>
/// <param name="WhyNot">Why this holder cannot reserve it now; null if it can be reserved.</param>
public sealed record CatalogueRow(long Item, string Name, int Points, long Left, int? MonthLimit, Refusal? WhyNot);

/// <summary>A reservation as its holder sees it.</summary>
public sealed record ReservationRow(
    long Number, string Item, int Points, LocalDate ReservedOn, LocalDate ExpiresOn, RedemptionState State, LocalDate? EndedOn);

/// <summary>What a holder may have for points, and what is reserved; nothing on it is in money.</summary>
/// <param name="Points">Points that may be used today.</param>
/// <param name="MonthPoints">Points that one person may redeem a month; null for no limit.</param>
/// <param name="UsedPoints">What of them is used.</param>
public sealed record CatalogueView(
    LocalDate Today, long Points, long InRedemption, int? MonthPoints, long UsedPoints, int PickupDays, IReadOnlyList<CatalogueRow> Rows,
    IReadOnlyList<ReservationRow> Mine);

/// <summary>The catalogue, for the holder of a card.</summary>
public sealed record Catalogue(MemberPass Pass) : Query<CatalogueView>
{
    private const int ShownMine = 50;

    internal override Need Needs => Need.Anybody;

    internal override async Task<CatalogueView> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        ProgrammeRule rule = await ProgrammeRule.On(there, await there.FundById(me.FundId, ct), there.Today, ct);
        MonthUse used = await MonthUse.Of(there, me.PersonId, ct);
        long points = await Reserving.Usable(there, me.FundId, me.PersonId, ct);
        List<CatalogueRow> rows = [];
        foreach (CatalogueItem item in (await there.Db.Set<CatalogueItem>().AsNoTracking()
            .Where(row => row.BookId == there.Book && row.FundId == me.FundId && row.State == CatalogueState.Open)
            .OrderBy(row => row.Points).ThenBy(row => row.Name).ToListAsync(ct)).Where(row => row.IsOfferedOn(there.Today)))
        {
            long free = await item.Free(there, ct);
            rows.Add(new CatalogueRow(item.CatalogueItemId, item.Name, item.Points, free, item.MonthLimit,
                Reserving.WhyNot(item, rule, used, points, free, there.Today)));
        }

        long waiting = await there.Db.Set<HolderBalance>()
            .Where(row => row.BookId == there.Book && row.FundId == me.FundId && row.PersonId == me.PersonId)
            .Select(row => row.InRedemption).FirstOrDefaultAsync(ct);
        return new CatalogueView(there.Today, points, waiting, rule.MonthPoints, used.Points, rule.PickupDays, rows,
            await Rows(there, me.PersonId).Take(ShownMine).ToListAsync(ct));
    }

    internal static IQueryable<ReservationRow> Rows(Work work, long person) =>
        from row in work.Db.Set<Redemption>().AsNoTracking()
        join item in work.Db.Set<CatalogueItem>() on new { row.BookId, row.CatalogueItemId } equals new { item.BookId, item.CatalogueItemId }
        where row.BookId == work.Book && row.PersonId == person
        orderby row.State != RedemptionState.Reserved, row.RedemptionId descending
        select new ReservationRow(row.RedemptionId, item.Name, row.Points, row.ReservedOn, row.ExpiresOn, row.State, row.EndedOn);
}

/// <summary>One reservation with what is shown at the counter.</summary>
/// <param name="Code">Number and code; empty once it is collected or given back.</param>
/// <param name="Where">Where it is collected: the place of the goods, or the merchant.</param>
public sealed record MyReservationView(ReservationRow Row, string Code, string Where, RedemptionSlipView? Receipt);

/// <summary>A holder's own reservation, with code and, once collected, receipt.</summary>
public sealed record MyReservation(MemberPass Pass, long Reservation) : Query<MyReservationView>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<MyReservationView> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        Redemption row = await there.Db.Set<Redemption>().AsNoTracking().SingleOrDefaultAsync(each => each.BookId == there.Book
            && each.RedemptionId == Reservation && each.PersonId == me.PersonId, ct) ?? throw new RefusedException(Redemption.Unknown);
        CatalogueItem item = (await CatalogueItem.Find(there, row.CatalogueItemId, ct))!;
        return new MyReservationView(
            new ReservationRow(row.RedemptionId, item.Name, row.Points, row.ReservedOn, row.ExpiresOn, row.State, row.EndedOn),
            row.State == RedemptionState.Reserved ? row.PickupCode(there.Foundation) : "", await Pickup.Where(there, item, ct),
            row.State == RedemptionState.HandedOver ? await RedemptionSlip.Of(there, row, item, ct) : null);
    }
}

/// <summary>Where a piece is collected.</summary>
internal static class Pickup
{
    public static async Task<string> Where(Work work, CatalogueItem item, CancellationToken ct) => item.StockPlaceId is { } place
        ? (await StockPlace.Find(work, place, ct)).Name
        : (await PersonName.Of(work, [item.MerchantId], ct))[item.MerchantId!.Value];
}
