using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>
/// Sets the totals among the lines of a page as a bound ledger has them (会计基础工作规范 63): where a day, a month or a year
/// ends, and what is carried from page to page and from year to year.
/// </summary>
internal sealed class AccountRows(
    LedgerRange range, IReadOnlyList<Turnover> turnovers, bool daily, bool hasBefore, LinePlace? next)
{
    public Amount Opening => Amount.Fen(turnovers.Where(each => !each.InRange).Sum(each => each.Net));

    public Amount Debit => Amount.Fen(turnovers.Where(each => each.InRange).Sum(each => each.Debit));

    public Amount Credit => Amount.Fen(turnovers.Where(each => each.InRange).Sum(each => each.Credit));

    /// <param name="before">Debits minus credits before the first line.</param>
    /// <param name="earlier">What pages before show of the first line's day.</param>
    public IReadOnlyList<AccountRow> Of(IReadOnlyList<AccountLine> lines, Amount before, (long Debit, long Credit) earlier)
    {
        List<AccountRow> rows = [new(First, range.FromPeriod, null, null, null, before)];
        Amount debit = Amount.Fen(earlier.Debit), credit = Amount.Fen(earlier.Credit);
        for (int i = 0; i < lines.Count; i++)
        {
            AccountLine line = lines[i];
            LinePlace place = line.Place;
            bool isDebit = line.Side == Side.Debit;
            (debit, credit) = isDebit ? (debit + line.Amount, credit) : (debit, credit + line.Amount);
            rows.Add(new AccountRow(AccountRowKind.Line, place.Period, place.Day, isDebit ? line.Amount : null,
                isDebit ? null : line.Amount, line.Balance, line));
            LinePlace? then = i + 1 < lines.Count ? lines[i + 1].Place : next;
            if (then is null || (then.Period, then.Day) != (place.Period, place.Day))
            {
                rows.AddRange(daily
                    ? [new AccountRow(AccountRowKind.DayTotal, place.Period, place.Day, debit, credit, line.Balance)] : []);
                debit = credit = Amount.Fen(0);
            }

            rows.AddRange(MonthEnd(place.Period, then, line.Balance));
        }

        return rows;
    }

    /// <summary>The months alone, without lines.</summary>
    public IReadOnlyList<AccountRow> OfMonths()
    {
        List<AccountRow> rows = [new(First, range.FromPeriod, null, null, null, Opening)];
        int[] periods = [.. turnovers.Where(each => each.InRange).Select(each => each.Period).Distinct().Order()];
        Amount balance = Opening;
        for (int i = 0; i < periods.Length; i++)
        {
            balance += Amount.Fen(turnovers.Where(each => each.InRange && each.Period == periods[i]).Sum(each => each.Net));
            LinePlace? then = i + 1 < periods.Length ? LinePlace.End with { Period = periods[i + 1] } : null;
            rows.AddRange(MonthEnd(periods[i], then, balance));
        }

        return rows;
    }

    private AccountRowKind First => hasBefore ? AccountRowKind.BroughtForward
        : range.BeginsYear ? AccountRowKind.FromLastYear : AccountRowKind.Opening;

    private IEnumerable<AccountRow> MonthEnd(int period, LinePlace? then, Amount balance)
    {
        if (then?.Period == period)
        {
            yield break;
        }

        int year = period / 100;
        IEnumerable<Turnover> month = turnovers.Where(each => each.InRange && each.Period == period);
        if (period % 100 == 0)
        {
            // What a change-over moved is of the new year's opening and no part of the year to date.
            yield return Sum(AccountRowKind.ConversionTotal, period, month, balance);
            yield break;
        }

        IEnumerable<Turnover> sinceNewYear = turnovers.Where(each => each.Period > year * 100 && each.Period <= period);
        yield return Sum(AccountRowKind.MonthTotal, period, month, balance);
        yield return Sum(AccountRowKind.YearToDate, period, sinceNewYear, balance);
        if (then is null ? range.CoversEndOf(year) : then.Period / 100 > year)
        {
            yield return new AccountRow(AccountRowKind.ToNextYear, period, null, null, null, balance);
        }

        if (then is not null && then.Period / 100 > year)
        {
            yield return new AccountRow(AccountRowKind.FromLastYear, then.Period, null, null, null, balance);
        }
    }

    private static AccountRow Sum(AccountRowKind kind, int period, IEnumerable<Turnover> turnovers, Amount balance)
    {
        Turnover[] all = [.. turnovers];
        return new(kind, period, null, Amount.Fen(all.Sum(each => each.Debit)), Amount.Fen(all.Sum(each => each.Credit)), balance);
    }
}
