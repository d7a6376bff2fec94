using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Periods;

/// <summary>The month to close next.</summary>
/// <param name="Period">Null if every month of the calendar is closed.</param>
/// <param name="IsOver">Whether its days have passed.</param>
public sealed record NextToClose(int? Period, bool IsOver);

/// <summary>Which month is to be closed next; nobody is told who could not close it.</summary>
public sealed record MonthToClose : Query<NextToClose>
{
    internal override Need Needs => Need.Person;

    internal override async Task<NextToClose> Answer(Work work, CancellationToken ct)
    {
        AccountingPeriod? next = work.Rights.ReachesAll(CloseMonth.Closers) ? await Next(work, ct) : null;
        return new NextToClose(next?.Number, next is not null && next.Ends < work.Today);
    }

    /// <summary>The first open month since the books were opened.</summary>
    internal static Task<AccountingPeriod?> Next(Work work, CancellationToken ct) =>
        (from period in work.Db.Set<AccountingPeriod>().AsNoTracking()
         join book in work.Db.Books on period.BookId equals book.BookId
         where period.BookId == work.Book && period.Number % 100 >= 1 && period.Number % 100 <= 12
             && period.ClosedAt == null && period.Ends >= book.OpeningDay
         orderby period.Number
         select period).FirstOrDefaultAsync(ct);
}
