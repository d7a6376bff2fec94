using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>The periods a statement is about, both of them in the book's calendar.</summary>
public sealed record StatementRange
{
    /// <summary>No such month, or a period of opening balances, which every statement counts into what came before.</summary>
    public const string UnknownPeriod = "statement.unknown-period";

    /// <summary>The first period comes after the last.</summary>
    public const string Backwards = "statement.range-backwards";

    private StatementRange(AccountingPeriod first, AccountingPeriod last) =>
        (From, To, FirstDay, LastStarts, LastDay) = (first.Number, last.Number, first.Starts, last.Starts, last.Ends);

    /// <summary>YYYYMM; 13 is the adjusting period after December.</summary>
    public int From { get; }

    public int To { get; }

    public LocalDate FirstDay { get; }

    public LocalDate LastDay { get; }

    internal LocalDate LastStarts { get; }

    /// <summary>First month of the year that <see cref="To"/> belongs to.</summary>
    public int YearFrom => (To / 100 * 100) + 1;

    /// <summary>Of the calendar, whatever periods a book has.</summary>
    internal static StatementRange OfCalendar(int from, int to)
    {
        Dictionary<int, AccountingPeriod> periods = AccountingPeriod.OfYear(0, from / 100).Concat(AccountingPeriod.OfYear(0, to / 100))
            .DistinctBy(period => period.Number).ToDictionary(period => period.Number);
        return new StatementRange(periods[from], periods[to]);
    }

    internal static async Task<StatementRange> Of(Work work, int from, int to, CancellationToken ct)
    {
        int[] asked = [from, to];
        Dictionary<int, AccountingPeriod> known = await work.Db.Set<AccountingPeriod>().AsNoTracking()
            .Where(period => period.BookId == work.Book && asked.Contains(period.Number) && period.Number % 100 != 0)
            .ToDictionaryAsync(period => period.Number, ct);
        foreach (int period in asked.Where(period => !known.ContainsKey(period)))
        {
            throw new RefusedException(UnknownPeriod, ("typed", period));
        }

        return from <= to
            ? new StatementRange(known[from], known[to])
            : throw new RefusedException(Backwards, ("from", new PeriodNumber(from)), ("to", new PeriodNumber(to)));
    }
}
