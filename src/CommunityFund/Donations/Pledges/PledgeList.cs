using CommunityFund.Books;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Pledges;

/// <summary>How late an instalment is.</summary>
public enum PledgeAge
{
    /// <summary>Due later.</summary>
    NotDue,

    /// <summary>Up to 30 days.</summary>
    UpTo30,

    /// <summary>31 to 60 days.</summary>
    UpTo60,

    /// <summary>61 to 90 days.</summary>
    UpTo90,

    /// <summary>More than 90 days.</summary>
    Over90,
}

/// <summary>An instalment with what gifts have met of it; gifts meet the earliest first.</summary>
public sealed record DueItem(short No, LocalDate DueOn, Amount Amount, Amount Met, Amount Open, PledgeAge Age);

/// <summary>A pledge as it stands on a day.</summary>
public sealed record PledgeItem(
    long Id, string Donor, PersonKind DonorKind, int FundId, string Fund, PledgeForm Form, bool IsEnforceable, LocalDate PledgedOn, string About,
    Amount Amount, Amount Met, Amount Open, IReadOnlyList<DueItem> Dues, LocalDate? ReleasedOn, PledgeRelease? ReleaseKind, string Reason)
{
    /// <summary>What of it is of an age.</summary>
    public Amount Of(PledgeAge age) => Dues.Where(due => due.Age == age).Aggregate(Amount.Fen(0), (sum, due) => sum + due.Open);
}

/// <summary>Pledges of the funds that the reader sees.</summary>
public sealed record PledgeItems(string Body, LocalDate Day, IReadOnlyList<PledgeItem> Items, IReadOnlyList<Fund> Funds, bool MayKeep);

/// <summary>The register of pledges as it stands on a day: what was promised, what came, what is open and how late.</summary>
/// <param name="Day">Null for today.</param>
/// <param name="All">Those fulfilled or released too.</param>
public sealed record PledgeList(LocalDate? Day, bool All) : Query<PledgeItems>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers);

    internal override async Task<PledgeItems> Answer(Work work, CancellationToken ct)
    {
        LocalDate day = Day ?? work.Today;
        int[] seen = [.. work.Rights.FundsOf(ReceiptKeeping.Readers)];
        List<PledgeItem> items = await Of(work, work.Db.Set<Pledge>().Where(row => seen.Contains(row.FundId) && row.PledgedOn <= day), day, ct);
        return new PledgeItems(
            await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct), day,
            [.. items.Where(item => All || (item.ReleasedOn is null && item.Open.IsPositive))],
            [.. (await work.Funds(ct)).Where(fund => fund is { IsOwn: true, State: not FundState.Closed }
                && work.Rights.Reaches([Role.Accountant], fund.FundId))],
            work.Rights.Holds(Role.Accountant));
    }

    internal static async Task<List<PledgeItem>> Of(Work work, IQueryable<Pledge> pledges, LocalDate day, CancellationToken ct)
    {
        List<Pledge> rows = await pledges.AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.PledgedOn).ThenByDescending(row => row.PledgeId).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.PledgeId)];
        ILookup<long, PledgeDue> dues = (await work.Db.Set<PledgeDue>().AsNoTracking()
            .Where(due => due.BookId == work.Book && ids.Contains(due.PledgeId)).OrderBy(due => due.DueNo).ToListAsync(ct))
            .ToLookup(due => due.PledgeId);
        Dictionary<long, long> met = await Met(work, ids, day, ct);
        long[] donors = [.. rows.Select(row => row.DonorId)];
        Dictionary<long, Person> people = await work.Db.People.AsNoTracking().Where(person => donors.Contains(person.PersonId))
            .ToDictionaryAsync(person => person.PersonId, ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        return
        [
            .. rows.Select(row =>
            {
                long came = met.GetValueOrDefault(row.PledgeId);
                bool isReleased = row.ReleasedOn is { } released && released <= day;
                return new PledgeItem(row.PledgeId, people[row.DonorId].Name, people[row.DonorId].Kind, row.FundId, funds[row.FundId], row.Form,
                    row.IsEnforceable, row.PledgedOn, row.About, Amount.Fen(row.Units), Amount.Fen(came),
                    Amount.Fen(isReleased ? 0 : row.Units - came), Dues(dues[row.PledgeId], came, day, isReleased),
                    isReleased ? row.ReleasedOn : null, isReleased ? row.ReleaseKind : null, isReleased ? row.Reason : "");
            }),
        ];
    }

    /// <summary>What gifts have met of pledges, less what of them went back; of a gift that met several the first keep theirs.</summary>
    private static async Task<Dictionary<long, long>> Met(Work work, long[] pledges, LocalDate day, CancellationToken ct)
    {
        long[] gifts = await work.Db.Set<PledgeGift>().Where(link => link.BookId == work.Book && pledges.Contains(link.PledgeId))
            .Select(link => link.DonationId).Distinct().ToArrayAsync(ct);
        var links = await (
            from link in work.Db.Set<PledgeGift>().AsNoTracking()
            join gift in work.Db.Set<Donation>() on new { link.BookId, link.DonationId } equals new { gift.BookId, gift.DonationId }
            where link.BookId == work.Book && gifts.Contains(link.DonationId) && gift.State == DonationState.Accepted && gift.ReceivedOn <= day
            orderby link.PledgeId
            select new { link.PledgeId, link.Units, Gift = gift }).ToListAsync(ct);
        GivenBack back = await GivenBack.Of(work, ct);
        Dictionary<long, long> left = [], met = [];
        foreach (var link in links)
        {
            long there = left.GetValueOrDefault(link.Gift.DonationId, back.LeftOf(link.Gift)), counts = Math.Min(there, link.Units);
            left[link.Gift.DonationId] = there - counts;
            met[link.PledgeId] = met.GetValueOrDefault(link.PledgeId) + counts;
        }

        return met;
    }

    private static List<DueItem> Dues(IEnumerable<PledgeDue> dues, long came, LocalDate day, bool isReleased)
    {
        List<DueItem> items = [];
        foreach (PledgeDue due in dues)
        {
            long met = Math.Min(came, due.Units);
            came -= met;
            items.Add(new DueItem(due.DueNo, due.DueOn, Amount.Fen(due.Units), Amount.Fen(met), Amount.Fen(isReleased ? 0 : due.Units - met),
                Age(Period.DaysBetween(due.DueOn, day))));
        }

        return items;
    }

    private static PledgeAge Age(int days) => days switch
    {
        <= 0 => PledgeAge.NotDue,
        <= 30 => PledgeAge.UpTo30,
        <= 60 => PledgeAge.UpTo60,
        <= 90 => PledgeAge.UpTo90,
        _ => PledgeAge.Over90,
    };
}

/// <summary>A gift that fulfils a pledge, or may.</summary>
public sealed record PledgeGiftItem(long Donation, LocalDate ReceivedOn, Amount Amount, Amount Counts, long? Voucher, bool Stands);

/// <summary>A pledge with the gifts that met it, and gifts of the donor that might.</summary>
public sealed record PledgeView(
    PledgeItem Pledge, IReadOnlyList<PledgeGiftItem> Gifts, IReadOnlyList<PledgeGiftItem> Possible, LocalDate Today, bool MayKeep);

/// <summary>One pledge.</summary>
public sealed record PledgePage(long Pledge) : Query<PledgeView>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers);

    internal override async Task<PledgeView> Answer(Work work, CancellationToken ct)
    {
        int[] seen = [.. work.Rights.FundsOf(ReceiptKeeping.Readers)];
        PledgeItem item = (await PledgeList.Of(
            work, work.Db.Set<Pledge>().Where(row => row.PledgeId == Pledge && seen.Contains(row.FundId)), work.Today, ct)).SingleOrDefault()
            ?? throw new RefusedException(Pledges.Pledge.Unknown);
        long donor = await work.Db.Set<Pledge>().Where(row => row.BookId == work.Book && row.PledgeId == Pledge)
            .Select(row => row.DonorId).SingleAsync(ct);
        var linked = await (from link in work.Db.Set<PledgeGift>()
                            join gift in work.Db.Set<Donation>() on new { link.BookId, link.DonationId }
                                equals new { gift.BookId, gift.DonationId }
                            where link.BookId == work.Book && link.PledgeId == Pledge
                            orderby gift.ReceivedOn, gift.DonationId
                            select new { Gift = gift, link.Units }).AsNoTracking().ToListAsync(ct);
        List<Donation> possible = await work.Db.Set<Donation>().AsNoTracking()
            .Where(gift => gift.BookId == work.Book && gift.DonorId == donor && gift.FundId == item.FundId && gift.State == DonationState.Accepted
                && !work.Db.Set<PledgeGift>().Any(link => link.BookId == gift.BookId && link.DonationId == gift.DonationId))
            .OrderBy(gift => gift.ReceivedOn).ThenBy(gift => gift.DonationId).Take(20).ToListAsync(ct);
        GivenBack back = await GivenBack.Of(work, ct);
        possible.RemoveAll(gift => back.LeftOf(gift) <= 0);
        return new PledgeView(
            item,
            [.. linked.Select(row => new PledgeGiftItem(row.Gift.DonationId, row.Gift.ReceivedOn, Amount.Fen(back.LeftOf(row.Gift)),
                Amount.Fen(Math.Min(row.Units, back.LeftOf(row.Gift))),
                row.Gift.VoucherId, row.Gift.State == DonationState.Accepted))],
            item.Open.IsPositive
                ? [.. possible.Select(gift => new PledgeGiftItem(gift.DonationId, gift.ReceivedOn, Amount.Fen(back.LeftOf(gift)),
                    back.LeftOf(gift) < item.Open.Units ? Amount.Fen(back.LeftOf(gift)) : item.Open, gift.VoucherId, true))]
                : [],
            work.Today, work.Rights.Reaches([Role.Accountant], item.FundId));
    }
}
