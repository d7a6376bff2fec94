using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>The months that were closed, the last first: what a finance office takes an audit package of.</summary>
public sealed record ClosedMonths : Query<IReadOnlyList<MonthOfPackage>>
{
    internal override Need Needs => Need.Any(ExportBook.Readers);

    internal override async Task<IReadOnlyList<MonthOfPackage>> Answer(Work work, CancellationToken ct)
    {
        string code = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Code).SingleAsync(ct);
        return (await work.Db.Set<AccountingPeriod>().AsNoTracking()
                .Where(period => period.BookId == work.Book && period.ClosedAt != null && period.Number % 100 >= 1)
                .OrderByDescending(period => period.Number).ToListAsync(ct))
            .ConvertAll(period => new MonthOfPackage(code, period.Number, period.Ends, period.ClosedAt!.Value));
    }
}

/// <summary>A closed month.</summary>
/// <param name="Code">Code of the book.</param>
/// <param name="Period">YYYYMM.</param>
public sealed record MonthOfPackage(string Code, int Period, LocalDate LastDay, Instant ClosedAt)
{
    /// <summary>Whether the reader takes the package of some funds, which is made when it is asked for.</summary>
    public bool IsPart { get; init; }
}
