using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>What the clerk checks before handing something over.</summary>
/// <param name="WhyNot">Why the clerk does not hand it over; null if it may be.</param>
public sealed record CounterView(
    long Number, string Item, int Points, string Holder, string Programme, LocalDate ReservedOn, LocalDate ExpiresOn, RedemptionState State,
    string Where, Refusal? WhyNot);

/// <summary>How the day at the counter goes.</summary>
/// <param name="Waiting">Reservations that may be collected.</param>
/// <param name="Handed">What the clerk handed out today.</param>
/// <param name="Person">The clerk, whose wrong codes are counted.</param>
public sealed record CounterDayView(int Waiting, int Handed, long Person);

/// <summary>What waits to be collected, and what the clerk handed out today.</summary>
public sealed record CounterDay : Query<CounterDayView>
{
    internal override Need Needs => Need.Any(Programme.Hands);

    internal override async Task<CounterDayView> Answer(Work work, CancellationToken ct)
    {
        int[] ids = [.. work.Rights.FundsOf(Programme.Hands)];
        IQueryable<Redemption> all = work.Db.Set<Redemption>().Where(row => row.BookId == work.Book && ids.Contains(row.FundId));
        return new CounterDayView(
            await all.CountAsync(row => row.State == RedemptionState.Reserved && row.ExpiresOn >= work.Today, ct),
            await all.CountAsync(row => row.State == RedemptionState.HandedOver && row.EndedOn == work.Today && row.EndedBy == work.Actor, ct),
            work.ActorId);
    }
}

/// <summary>核对: whose reservation the code at the counter is, and of what.</summary>
public sealed record FindReservation([property: Secret] string Code) : Query<CounterView>
{
    internal override Need Needs => Need.Any(Programme.Hands);

    internal override async Task<CounterView> Answer(Work work, CancellationToken ct)
    {
        long number = Redemption.NumberIn(Code);
        Redemption? row = await work.Db.Set<Redemption>().AsNoTracking().SingleOrDefaultAsync(
            each => each.BookId == work.Book && each.RedemptionId == number, ct);
        if (row is null || !work.Rights.Reaches(Programme.Hands, row.FundId) || !row.Opens(work.Foundation, Code))
        {
            throw new RefusedException(HandOver.CodeUnknown);
        }

        CatalogueItem item = (await CatalogueItem.Find(work, row.CatalogueItemId, ct))!;
        return new CounterView(row.RedemptionId, item.Name, row.Points, (await PersonName.Of(work, [row.PersonId], ct))[row.PersonId],
            (await work.FundById(row.FundId, ct)).Name, row.ReservedOn, row.ExpiresOn, row.State, await Pickup.Where(work, item, ct),
            await HandOver.WhyNot(work, row, ct));
    }
}

/// <summary>Which reservations a list shows.</summary>
public enum ReservationFilter
{
    /// <summary>Waiting to be collected.</summary>
    Reserved,

    /// <summary>Not collected in time, and not given back yet.</summary>
    Lapsed,

    /// <summary>Handed out.</summary>
    HandedOver,

    /// <summary>Given back.</summary>
    Released,

    /// <summary>Handed out, and the voucher of the cost was rejected or reversed.</summary>
    ToBook,
}

/// <summary>A reservation as the office sees it.</summary>
/// <param name="HasNote">The reader reserved it for the holder and may print the note to collect it with.</param>
public sealed record RedemptionRow(
    long Number, string Programme, string Item, CatalogueSource Source, int Points, string Holder, LocalDate ReservedOn, LocalDate ExpiresOn,
    RedemptionState State, LocalDate? EndedOn, string EndedBy, RedemptionCost Cost, Amount Units, long? Voucher,
    bool HasNote);

/// <summary>Reservations of the programmes in reach.</summary>
/// <param name="Counts">How many there are of each kind.</param>
/// <param name="Hands">Programmes shown here whose reservations the reader may give back.</param>
/// <param name="Programmes">All to choose from.</param>
/// <param name="MayBook">The reader may prepare a cost anew.</param>
/// <param name="SeesVouchers">The reader may open the vouchers of the costs.</param>
public sealed record ReservationListView(
    LocalDate Today, IReadOnlyDictionary<ReservationFilter, int> Counts, IReadOnlyList<RedemptionRow> Rows, IReadOnlyList<int> Hands,
    IReadOnlyList<ProgrammeChoice> Programmes, bool MayBook, bool SeesVouchers);

/// <summary>What is reserved, handed out, given back, or still to be booked.</summary>
public sealed record ReservationList(ReservationFilter Filter, int? Programme = null) : Query<ReservationListView>
{
    private const int Shown = 200;

    internal override Need Needs => Need.Any(Programmes.Programme.Readers);

    internal override async Task<ReservationListView> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<Fund> mine = await Programmes.Programme.Mine(work, ct);
        Dictionary<int, string> programmes = mine.ToDictionary(fund => fund.FundId, fund => fund.Name);
        int[] ids = [.. programmes.Keys.Where(fund => Programme is null || fund == Programme)];
        IQueryable<Redemption> all = work.Db.Set<Redemption>().AsNoTracking().Where(row => row.BookId == work.Book && ids.Contains(row.FundId));
        Dictionary<ReservationFilter, int> counts = [];
        foreach (ReservationFilter filter in Enum.GetValues<ReservationFilter>())
        {
            counts[filter] = await Of(all, filter, work.Today).CountAsync(ct);
        }

        IQueryable<Redemption> wanted = Of(all, Filter, work.Today);
        wanted = Filter is ReservationFilter.Reserved or ReservationFilter.Lapsed or ReservationFilter.ToBook
            ? wanted.OrderBy(row => row.ExpiresOn).ThenBy(row => row.RedemptionId) : wanted.OrderByDescending(row => row.EndedAt);
        List<Redemption> rows = await wanted.Take(Shown).ToListAsync(ct);
        long[] items = [.. rows.Select(row => row.CatalogueItemId).Distinct()];
        Dictionary<long, CatalogueItem> catalogue = await work.Db.Set<CatalogueItem>().AsNoTracking()
            .Where(row => row.BookId == work.Book && items.Contains(row.CatalogueItemId)).ToDictionaryAsync(row => row.CatalogueItemId, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, rows.Select(row => (long?)row.PersonId).Concat(rows.Select(row => row.EndedBy)), ct);
        return new ReservationListView(work.Today, counts,
            [
                .. rows.Select(row => new RedemptionRow(row.RedemptionId, programmes[row.FundId], catalogue[row.CatalogueItemId].Name,
                    catalogue[row.CatalogueItemId].Source, row.Points, names[row.PersonId], row.ReservedOn, row.ExpiresOn, row.State, row.EndedOn,
                    row.EndedBy is { } by ? names[by] : "", row.Cost, Amount.Fen(row.Units), row.VoucherId, PickupNote.IsFor(work, row))),
            ],
            [.. ids.Where(programme => work.Rights.Reaches(Programmes.Programme.Hands, programme)).Order()], ProgrammeChoice.Of(mine),
            work.Rights.Holds(Role.Accountant),
            work.Rights.Holds(Role.Accountant, Role.VoucherReviewer, Role.Panel, Role.FinanceOffice, Role.Admin));
    }

    private static IQueryable<Redemption> Of(IQueryable<Redemption> all, ReservationFilter filter, LocalDate today) => filter switch
    {
        ReservationFilter.Reserved => all.Where(row => row.State == RedemptionState.Reserved && row.ExpiresOn >= today),
        ReservationFilter.Lapsed => all.Where(row => row.State == RedemptionState.Reserved && row.ExpiresOn < today),
        ReservationFilter.HandedOver => all.Where(row => row.State == RedemptionState.HandedOver),
        ReservationFilter.Released => all.Where(row => row.State == RedemptionState.Released),
        _ => all.Where(row => row.Cost == RedemptionCost.ToBook),
    };
}
