using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Periods;

/// <summary>Adds the next year to the calendar: its months and its adjusting period.</summary>
public sealed record OpenYear(Guid Key, int Year) : Command<Done>(Key)
{
    /// <summary>Years follow each other without a hole.</summary>
    public const string NotNext = "period.not-next-year";

    /// <summary>The calendar reaches to the end of next year at most, so that a mistyped year is noticed.</summary>
    public const string TooFar = "period.year-too-far";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant, Role.Admin).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        int last = await work.Db.Set<AccountingPeriod>().Where(row => row.BookId == work.Book).MaxAsync(row => row.Number, ct) / 100;
        if (Year != last + 1)
        {
            throw new RefusedException(NotNext, ("year", Year), ("last", last), ("next", last + 1));
        }

        if (Year > work.Today.Year + 1)
        {
            throw new RefusedException(TooFar, ("year", Year), ("last", work.Today.Year + 1));
        }

        work.Db.AddRange(AccountingPeriod.OfYear(work.Book, Year));
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
