using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>The days or months a ledger is asked for. The adjusting period 13 shares its day with December, so a day alone does
/// not say where a line stands.</summary>
/// <param name="FromDay">Null for the first day of the period.</param>
/// <param name="ToDay">Null for the last day of the period.</param>
public sealed record LedgerDays(int FromPeriod, LocalDate? FromDay, int ToPeriod, LocalDate? ToDay)
{
    /// <summary>Whole periods, YYYYMM.</summary>
    public static LedgerDays Months(int from, int to) => new(from, null, to, null);

    /// <summary>From one day to another; the last of December takes the adjusting period along.</summary>
    public static LedgerDays Of(LocalDate from, LocalDate to) =>
        new(AccountingPeriod.Of(from), from, to is { Month: 12, Day: 31 } ? (to.Year * 100) + 13 : AccountingPeriod.Of(to), to);
}

/// <summary>Days of the book's calendar, from a period and a day in it to another.</summary>
public sealed record LedgerRange
{
    private LedgerRange(StatementRange periods, LedgerDays asked)
    {
        (FromPeriod, ToPeriod, Starts, Ends) = (periods.From, periods.To, periods.FirstDay, periods.LastDay);
        LastStarts = periods.LastStarts;
        (FromDay, ToDay) = (asked.FromDay ?? Starts, asked.ToDay ?? Ends);
    }

    public int FromPeriod { get; }

    public LocalDate FromDay { get; }

    public int ToPeriod { get; }

    /// <summary>The business day as of which the ledger stands.</summary>
    public LocalDate ToDay { get; }

    /// <summary>Whether what comes before is the balance carried over from the year before (上年结转).</summary>
    public bool BeginsYear => FromPeriod % 100 == 1 && FromDay == Starts;

    /// <summary>Whether a year has ended within the range, its adjusting period too.</summary>
    public bool CoversEndOf(int year) => ToPeriod >= (year * 100) + 13;

    /// <summary>Whether the first month is left out in part.</summary>
    public bool CutsFirst => FromDay != Starts;

    /// <summary>Whether the last month is left out in part.</summary>
    public bool CutsLast => ToDay != Ends;

    internal LocalDate Starts { get; }

    internal LocalDate Ends { get; }

    /// <summary>First day of the last period.</summary>
    internal LocalDate LastStarts { get; }

    /// <summary>Of the calendar, whatever periods a book has.</summary>
    internal static LedgerRange OfCalendar(int from, int to, LocalDate day) =>
        new(StatementRange.OfCalendar(from, to), new LedgerDays(from, null, to, day));

    internal static async Task<LedgerRange> Of(Work work, LedgerDays asked, CancellationToken ct)
    {
        LedgerRange range = new(await StatementRange.Of(work, asked.FromPeriod, asked.ToPeriod, ct), asked);
        return range.FromDay <= range.ToDay ? range
            : throw new RefusedException(StatementRange.Backwards, ("from", range.FromDay), ("to", range.ToDay));
    }
}
