using CommunityFund.Books;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>Points of one holder that expire soon, by the day.</summary>
public sealed record ExpiringLot(long Person, string Name, string Number, LocalDate ExpiresOn, long Points, LotWarning Warning);

/// <summary>What would expire now, and of whom points expire within 60 days: those without a phone are told by the coordinator.</summary>
/// <param name="Total">How many there are; the list stops at the most urgent.</param>
public sealed record ExpiringView(
    string Programme, int Fund, LocalDate Today, ExpiredPoints Due, IReadOnlyList<ExpiringLot> Soon, int Total, bool MayAct);

/// <summary>Points of a time bank whose last day is over or comes.</summary>
public sealed record PointsToExpire(int Programme) : Query<ExpiringView>
{
    private const int Ahead = 60, Most = 200;

    internal override Need Needs => Need.Any(Programmes.Programme.Readers).For(Programme);

    internal override async Task<ExpiringView> Answer(Work work, CancellationToken ct)
    {
        string name = (await Programmes.Programme.Of(work, Programme, ct)).Name;
        LocalDate last = work.Today.PlusDays(Ahead);
        IQueryable<PointLot> lots = work.Db.Set<PointLot>().AsNoTracking().Where(lot => lot.BookId == work.Book && lot.FundId == Programme
            && lot.ExpiresOn >= work.Today && lot.ExpiresOn <= last && lot.Free > 0);
        var soon = await (
            from lot in lots
            join person in work.Db.People on lot.PersonId equals person.PersonId
            join member in work.Db.Set<Members.Member>() on new { lot.BookId, lot.PersonId } equals new { member.BookId, member.PersonId }
            orderby lot.ExpiresOn, lot.PointLotId
            select new { lot.PersonId, person.Name, member.Number, lot.ExpiresOn, lot.Free }).Take(Most).ToListAsync(ct);
        return new ExpiringView(name, Programme, work.Today, await Due(work, Programme, ct),
            [.. soon.Select(row => new ExpiringLot(row.PersonId, row.Name, row.Number, row.ExpiresOn, row.Free,
                LotRow.Of(Period.DaysBetween(work.Today, row.ExpiresOn))))],
            await lots.CountAsync(ct), work.Rights.Reaches(Programmes.Programme.Hands, Programme));
    }

    /// <summary>What would expire if it were booked now.</summary>
    internal static async Task<ExpiredPoints> Due(Work work, int programme, CancellationToken ct)
    {
        var due = await work.Db.Set<PointLot>().AsNoTracking()
            .Where(lot => lot.BookId == work.Book && lot.FundId == programme && lot.ExpiresOn < work.Today && lot.Free > 0)
            .GroupBy(_ => 1).Select(lots => new { Holders = lots.Select(lot => lot.PersonId).Distinct().Count(), Points = lots.Sum(lot => lot.Free) })
            .SingleOrDefaultAsync(ct);
        return new ExpiredPoints(due?.Holders ?? 0, due?.Points ?? 0);
    }
}
