using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>The part of a year that the statements of a workbook are about: its first period to the last day.</summary>
/// <param name="From">YYYYMM.</param>
/// <param name="Day">The last day, or that of the calendar if it ends before.</param>
internal sealed record StatementSpan(int From, int To, LocalDate Day)
{
    public int Year => To / 100;

    /// <summary>Null if the calendar begins after the day.</summary>
    public static async Task<StatementSpan?> Of(Work work, LocalDate day, CancellationToken ct)
    {
        List<AccountingPeriod> periods = await work.Db.Set<AccountingPeriod>().AsNoTracking()
            .Where(period => period.BookId == work.Book && period.Number % 100 != 0 && period.Starts <= day)
            .OrderBy(period => period.Number).ToListAsync(ct);
        return periods.Count == 0 ? null
            : new StatementSpan(periods.First(period => period.Number / 100 == periods[^1].Number / 100).Number, periods[^1].Number,
                LocalDate.Min(day, periods[^1].Ends));
    }
}
