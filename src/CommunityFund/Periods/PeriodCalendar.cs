using CommunityFund.Books;
using CommunityFund.Ledger;
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

/// <summary>A voucher that keeps a month open.</summary>
public sealed record WaitingInMonth(long VoucherId, LocalDate OccurredOn, string Text, Amount Total, string Maker);

/// <summary>A bank account that keeps a month open: nobody has signed that bank and books meet at its end.</summary>
/// <param name="IsStale">It was signed, and the books have changed since.</param>
/// <param name="Day">The day to reconcile to, or that it was reconciled to.</param>
public sealed record UnreconciledAccount(int Account, string Name, bool IsStale, LocalDate Day);

/// <summary>Money of nobody yet that is owed still.</summary>
/// <param name="Oldest">The day of the one that waits longest; null if there is none.</param>
public sealed record OpenSuspense(int Count, Amount Left, LocalDate? Oldest);

/// <summary>What is to be looked at before a month is closed.</summary>
/// <param name="IsOver">Whether its days have passed.</param>
/// <param name="Waiting">Vouchers that wait in it or, for the first month, in the opening; they block.</param>
/// <param name="WaitingCount">How many those are, should they be more than are shown.</param>
/// <param name="BankLines">Bank lines of the month that nobody has decided about; for now only a warning.</param>
/// <param name="Held">How many of those lines were set aside.</param>
/// <param name="Unreconciled">Bank accounts that are not reconciled to its end; they block.</param>
/// <param name="Suspense">暂收款 received by its end that nobody has cleared; only a warning.</param>
/// <param name="Opening">For the first month, whether opening balances are posted; null for others. They close with it.</param>
public sealed record MonthChecks(
    int Period, LocalDate Ends, bool IsOver, IReadOnlyList<WaitingInMonth> Waiting, int WaitingCount, int BankLines, int Held,
    IReadOnlyList<UnreconciledAccount> Unreconciled, OpenSuspense Suspense, bool? Opening)
{
    public bool MayClose => IsOver && WaitingCount == 0 && Unreconciled.Count == 0;
}

/// <summary>One year of the calendar.</summary>
/// <param name="Years">All years of the book.</param>
/// <param name="Next">The month to close next, of whatever year; null if all are closed.</param>
/// <param name="NextYear">The year that may be opened now; null if the calendar reaches far enough.</param>
public sealed record CalendarYear(
    int Year, IReadOnlyList<int> Years, IReadOnlyList<CalendarPeriod> Periods, MonthChecks? Next, int? NextYear, bool MayClose, bool MayOpen);

/// <summary>The calendar of a year, and what stands between the next month and its closing.</summary>
/// <param name="Year">Null for the year of the next month to close.</param>
public sealed record PeriodCalendar(int? Year) : Query<CalendarYear>
{
    private const int Shown = 10;

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
            next is null ? null : await Checks(work, book, next, ct), isWithin ? years[^1] + 1 : null,
            work.Rights.ReachesAll(ClosePeriod.Closers), work.Rights.ReachesAll(Role.Accountant, Role.Admin));
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

    private static async Task<MonthChecks> Checks(Work work, Book book, AccountingPeriod month, CancellationToken ct)
    {
        int opening = month.Number / 100 * 100;
        bool isFirst = AccountingPeriod.Of(book.OpeningDay) == month.Number;
        IQueryable<Voucher> waiting = Waiting(work, month.Number, month.Number);
        waiting = isFirst ? waiting.Concat(Waiting(work, opening, opening)) : waiting;
        Lines lines = await work.Db.Database.SqlQuery<Lines>(
            $"""
            select count(*)::integer as "All", (count(*) filter (where b.state = 'held'))::integer as "Held" from bank_line b
             where b.book_id = {work.Book} and b.state in ('new', 'held')
               and b.occurred_on between {Day(month.Starts)} and {Day(month.Ends)} and b.occurred_on >= {Day(book.OpeningDay)}
               and b.units <> coalesce((select sum(m.units) from bank_match_open m
                                         where m.book_id = b.book_id and m.bank_line_id = b.bank_line_id), 0)
            """).SingleAsync(ct);
        return new MonthChecks(
            month.Number, month.Ends, month.Ends < work.Today, await First(work, waiting, ct), await waiting.CountAsync(ct), lines.All,
            lines.Held, await Unreconciled(work, month, ct), await Suspended(work, month, ct),
            isFirst ? await work.Db.Entries.AnyAsync(entry => entry.BookId == work.Book && entry.Kind == VoucherKind.Opening, ct) : null);
    }

    private static async Task<IReadOnlyList<UnreconciledAccount>> Unreconciled(Work work, AccountingPeriod month, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(month.Ends, ct);
        List<Unsigned> rows = await work.Db.Database.SqlQuery<Unsigned>(
            $"""
            select u.bank_account_id as "Account", a.account_id as "LedgerAccount", u.rule = 'period_bank_stale' as "IsStale",
                   u.statement_day as "Day"
              from unreconciled_accounts({work.Book}, {month.Number}) u
              join bank_account a on a.book_id = {work.Book} and a.bank_account_id = u.bank_account_id
            """).ToListAsync(ct);
        return [.. rows.Select(row => new UnreconciledAccount(
            row.Account, chart.ById(row.LedgerAccount).Name, row.IsStale, LocalDate.FromDateOnly(row.Day)))];
    }

    private static async Task<OpenSuspense> Suspended(Work work, AccountingPeriod month, CancellationToken ct)
    {
        Items items = await work.Db.Database.SqlQuery<Items>(
            $"""
            select count(*)::integer as "Count", coalesce(sum(l.units), 0)::bigint as "Units", min(s.received_on) as "Oldest"
              from suspense s join suspense_left l on l.book_id = s.book_id and l.suspense_id = s.suspense_id
             where s.book_id = {work.Book} and s.received_on <= {Day(month.Ends)} and l.units > 0
            """).SingleAsync(ct);
        return new OpenSuspense(
            items.Count, Amount.Fen(items.Units), items.Oldest is { } day ? LocalDate.FromDateOnly(day) : null);
    }

    private static async Task<IReadOnlyList<WaitingInMonth>> First(Work work, IQueryable<Voucher> waiting, CancellationToken ct)
    {
        var rows = await (from voucher in waiting.OrderBy(voucher => voucher.PreparedAt).ThenBy(voucher => voucher.VoucherId).Take(Shown)
                          join text in work.Db.Set<Narrative>() on new { voucher.BookId, voucher.NarrativeId }
                              equals new { text.BookId, text.NarrativeId }
                          orderby voucher.PreparedAt, voucher.VoucherId
                          select new { voucher.VoucherId, voucher.OccurredOn, text.Text, voucher.Total, voucher.MakerId }).ToListAsync(ct);
        var names = await PersonName.Of(work, rows.Select(row => (long?)row.MakerId), ct);
        return
        [
            .. rows.Select(row => new WaitingInMonth(
                row.VoucherId, row.OccurredOn, row.Text ?? "", Amount.Fen(row.Total), names[row.MakerId])),
        ];
    }

    private static IQueryable<Voucher> Waiting(Work work, int from, int to) => work.Db.Vouchers.AsNoTracking().Where(voucher =>
        voucher.BookId == work.Book && voucher.Period >= from && voucher.Period <= to && voucher.State == VoucherState.Prepared);

    private static DateOnly Day(LocalDate day) => day.ToDateOnly();

    private sealed record Lines(int All, int Held);

    private sealed record Items(int Count, long Units, DateOnly? Oldest);

    private sealed record Unsigned(int Account, int LedgerAccount, bool IsStale, DateOnly Day);
}
