using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>Where a period stands.</summary>
public enum PeriodState
{
    /// <summary>Takes vouchers and is over.</summary>
    Open,

    /// <summary>Takes vouchers and its days have not passed.</summary>
    NotOver,

    /// <summary>Closed for good.</summary>
    Closed,

    /// <summary>Ended before the books were opened.</summary>
    BeforeOpening,
}

/// <summary>Entries of one series in a period; numbers have no gap, so the last tells how many.</summary>
public sealed record SeriesNumbers(string Series, int Entries, int Last);

/// <summary>A period of the calendar.</summary>
/// <param name="Waiting">Vouchers that wait for review in it.</param>
public sealed record CalendarPeriod(
    int Number, LocalDate Ends, PeriodState State, string? ClosedBy, Instant? ClosedAt, IReadOnlyList<SeriesNumbers> Series, int Waiting);

/// <summary>The month to close next, and what stands between it and its closing.</summary>
public sealed record NextMonth(int Period, LocalDate Ends, IReadOnlyList<ClosingCheck> Checks)
{
    /// <summary>Nothing blocks but what a written reason lets pass.</summary>
    public bool IsReady => !Checks.Any(check => check.Blocks && check.Reason.Length == 0);
}

/// <summary>One year of the calendar.</summary>
/// <param name="Years">All years of the book.</param>
/// <param name="Next">The month to close next, of whatever year; null if all are closed.</param>
/// <param name="NextYear">The year that may be opened now; null if the calendar reaches far enough.</param>
public sealed record CalendarYear(
    int Year, IReadOnlyList<int> Years, IReadOnlyList<CalendarPeriod> Periods, NextMonth? Next, int? NextYear, bool MayClose, bool MayOpen);

/// <summary>The calendar of a year, and what stands between the next month and its closing.</summary>
/// <param name="Year">Null for the year of the next month to close.</param>
public sealed record PeriodCalendar(int? Year) : Query<CalendarYear>
{
    internal static readonly Role[] Readers =
        [Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.FinanceOffice, Role.Panel, Role.Admin];

    internal override Need Needs => Need.Any(Readers).ForWholeBook();

    internal override async Task<CalendarYear> Answer(Work work, CancellationToken ct)
    {
        Book book = await work.Db.Books.AsNoTracking().SingleAsync(book => book.BookId == work.Book, ct);
        List<AccountingPeriod> all = await work.Db.Set<AccountingPeriod>().AsNoTracking()
            .Where(period => period.BookId == work.Book).OrderBy(period => period.Number).ToListAsync(ct);
        List<int> years = [.. all.Select(period => period.Number / 100).Distinct()];
        AccountingPeriod? next = await MonthToClose.Next(work, ct);
        int wanted = Year ?? next?.Number / 100 ?? work.Today.Year, shown = years.Contains(wanted) ? wanted : years[^1];
        bool isWithin = years[^1] < work.Today.Year + 1;
        return new CalendarYear(
            shown, years, await Periods(work, book, [.. all.Where(row => row.Number / 100 == shown)], ct),
            next is null ? null : new NextMonth(next.Number, next.Ends, await ClosingChecks.Of(work, next, ct)), isWithin ? years[^1] + 1 : null,
            work.Rights.ReachesAll(CloseMonth.Closers), work.Rights.ReachesAll(Role.Accountant, Role.Admin));
    }

    private static async Task<IReadOnlyList<CalendarPeriod>> Periods(
        Work work, Book book, IReadOnlyList<AccountingPeriod> year, CancellationToken ct)
    {
        int first = year[0].Number, last = year[^1].Number;
        var series = (await work.Db.Entries.Where(entry => entry.BookId == work.Book && entry.Period >= first && entry.Period <= last)
            .GroupBy(entry => new { entry.Period, entry.Series })
            .Select(group => new { group.Key, Entries = group.Count(), Last = group.Max(entry => entry.Number) })
            .ToListAsync(ct)).ToLookup(row => row.Key.Period);
        Dictionary<int, int> waiting = await Waiting(work, first, last).GroupBy(voucher => voucher.Period)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, ct);
        var names = await PersonName.Of(work, year.Select(period => period.ClosedBy), ct);
        return
        [
            .. year.Where(period => period.Number % 100 != 0 || period.Number / 100 == book.OpeningDay.Year)
                .Select(period => new CalendarPeriod(
                    period.Number, period.Ends, StateOf(period, book, work.Today),
                    period.ClosedBy is { } person ? names[person] : null, period.ClosedAt,
                    [
                        .. series[period.Number].OrderBy(row => "记转备时分".IndexOf(row.Key.Series, StringComparison.Ordinal))
                            .Select(row => new SeriesNumbers(row.Key.Series, row.Entries, row.Last)),
                    ],
                    waiting.GetValueOrDefault(period.Number))),
        ];
    }

    private static PeriodState StateOf(AccountingPeriod period, Book book, LocalDate today) =>
        period.ClosedAt is not null ? PeriodState.Closed
        : period.Ends < book.OpeningDay ? PeriodState.BeforeOpening
        : period.Number % 100 == 0 || period.Ends < today ? PeriodState.Open
        : PeriodState.NotOver;

    private static IQueryable<Voucher> Waiting(Work work, int from, int to) => work.Db.Vouchers.AsNoTracking().Where(voucher =>
        voucher.BookId == work.Book && voucher.Period >= from && voucher.Period <= to && voucher.State == VoucherState.Prepared);
}
