using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>
/// The lines of one page of an account, by day. Only the months that the page touches are read, so the time does not grow
/// with the years of a book: kept turnover says which months have lines, and a quick count how many of them go together.
/// </summary>
internal sealed class AccountPage(LedgerScope scope, int[] accounts, LedgerTag tag, int size)
{
    // Months are read together up to so many lines; a month with more is read alone.
    private const int Together = 1000;

    /// <summary>Reads a page.</summary>
    /// <param name="turnovers">Of the accounts; they say which months have lines.</param>
    /// <param name="place">Null for the first page.</param>
    /// <param name="back">True for the lines before the place instead of after it.</param>
    /// <returns>The lines in order; what stood before the first of them; whether there are pages on either side.</returns>
    public async Task<Part> Read(
        IReadOnlyList<Turnover> turnovers, LinePlace? place, bool back, CancellationToken ct)
    {
        IEnumerable<int> periods = turnovers.Where(turnover => turnover.InRange).Select(turnover => turnover.Period).Distinct();
        Queue<int> ahead = new(back
            ? periods.Where(period => place is null || period <= place.Period).OrderDescending()
            : periods.Where(period => place is null || period >= place.Period).Order());
        Dictionary<int, long> counts = ahead.Count > 1 ? await Counts([.. ahead], ct) : [];
        List<Row> rows = [];
        while (ahead.TryDequeue(out int first) && rows.Count <= size)
        {
            int last = first;
            for (long sum = counts.GetValueOrDefault(first);
                ahead.TryPeek(out int next) && (sum += counts[next]) <= Together;)
            {
                last = ahead.Dequeue();
            }

            rows.AddRange(await Months(Math.Min(first, last), Math.Max(first, last), place ?? Edge(back), back,
                size + 1 - rows.Count, ct));
        }

        bool more = rows.Count > size;
        if (back)
        {
            rows.Reverse();
        }

        Row[] shown = [.. back ? rows.TakeLast(size) : rows.Take(size)];
        long before = shown is not [Row top, ..] ? turnovers.Where(turnover => !turnover.InRange).Sum(turnover => turnover.Net)
            : turnovers.Where(turnover => !turnover.InRange || turnover.Period < top.Since).Sum(turnover => turnover.Net)
              + top.Before + rows.TakeWhile(row => row != top).Where(row => row.Since == top.Since).Sum(row => row.Effect);
        (long, long) earlier = shown.Length > 0 ? EarlierThatDay(rows, shown[0]) : default;
        LinePlace? after = back ? place : rows.Skip(size).FirstOrDefault()?.Place;
        return new Part(shown, before, earlier, back ? more : place is not null, after == LinePlace.End ? null : after);
    }

    private static (long Debit, long Credit) EarlierThatDay(List<Row> read, Row first)
    {
        Row[] together = [.. read.Where(row => row.Since == first.Since)];
        Row[] between = [.. together.TakeWhile(row => row != first)
            .Where(row => row.Day == first.Day && row.Period == first.Period)];
        bool sameDay = together[0].Day == first.Day && together[0].Period == first.Period;
        return ((sameDay ? first.DayDebit : 0) + between.Where(row => row.Side == "D").Sum(row => row.Units),
            (sameDay ? first.DayCredit : 0) + between.Where(row => row.Side == "C").Sum(row => row.Units));
    }

    private static LinePlace Edge(bool back) => back ? LinePlace.End : LinePlace.End with { Period = 0 };

    private async Task<Dictionary<int, long>> Counts(int[] periods, CancellationToken ct) =>
        (await scope.Work.Db.Database.SqlQuery<Count>(
            $"""
            select x.period as "Period",
                   (select count(*) from (select 1 from posting p where p.book_id = {scope.Work.Book}
                                             and p.account_id = any ({accounts}) and p.period = x.period
                                           limit {Together + 1}) c) as "Lines"
              from unnest({periods}) x (period)
            """).ToListAsync(ct)).ToDictionary(count => count.Period, count => count.Lines);

    /// <summary>
    /// The months' lines once, narrow; of these the page, and what adds up before it. Backwards everything is the same with
    /// its sign turned. Words and counter accounts are looked up for the lines of the page alone. What is materialized is added up
    /// once, not for every line, whatever the planner believes.
    /// </summary>
    private Task<List<Row>> Months(int first, int last, LinePlace at, bool back, int limit, CancellationToken ct)
    {
        int sign = back ? -1 : 1, zero = 0;
        LedgerRange range = scope.Range;
        return scope.Work.Db.Database.SqlQuery<Row>(
            $"""
            with m as materialized (
              select p.period, p.occurred_on - date '2000-01-01' as day, p.entry_no, p.line_no,
                     case p.side when 'D' then p.units else 0 end as debit, case p.side when 'C' then p.units else 0 end as credit
                from posting p
               where p.book_id = {scope.Work.Book} and p.account_id = any ({accounts}) and p.period between {first} and {last}
                 and p.fund_id = any ({scope.Funds}) and p.entry_no <= {scope.Known}
                 and (cardinality({tag.Counterparties}) = {zero} or p.counterparty_id = any ({tag.Counterparties}))
                 and ({tag.Project ?? 0} = {zero} or p.project_id = {tag.Project ?? 0})
                 and (p.period > {range.FromPeriod} or p.occurred_on >= {range.FromDay.ToDateOnly()})
                 and (p.period < {range.ToPeriod} or p.occurred_on <= {range.ToDay.ToDateOnly()})),
            page as (
              select * from m
               where ({sign} * period, {sign} * day, {sign} * entry_no, {sign} * line_no)
                     > ({sign} * {at.Period}, {sign} * ({at.Day.ToDateOnly()} - date '2000-01-01'), {sign} * {at.EntryNo},
                        {sign} * {(int)at.LineNo})
               order by {sign} * period, {sign} * day, {sign} * entry_no, {sign} * line_no limit {limit}),
            top as (select * from page order by period, day, entry_no, line_no limit 1),
            before as materialized (
              select coalesce(sum(debit - credit), 0)::bigint as effect,
                     coalesce(sum(debit) filter (where (period, day) = (select period, day from top)), 0)::bigint as debit,
                     coalesce(sum(credit) filter (where (period, day) = (select period, day from top)), 0)::bigint as credit
                from m where (period, day, entry_no, line_no) < (select period, day, entry_no, line_no from top))
            select p.entry_no as "EntryNo", p.line_no as "LineNo", p.period as "Period", j.occurred_on as "Day",
                   j.series as "Series", j.number as "Number", j.voucher_id as "VoucherId", p.account_id as "AccountId",
                   p.fund_id as "FundId", p.side as "Side", p.units as "Units", coalesce(n.text, '') as "Narrative",
                   b.effect as "Before", b.debit as "DayDebit",
                   b.credit as "DayCredit", {first} as "Since",
                   coalesce((select array_agg(distinct o.account_id) from posting o
                              where o.book_id = p.book_id and o.entry_no = p.entry_no and o.fund_id = p.fund_id
                                and o.side <> p.side),
                            (select array_agg(distinct o.account_id) from posting o
                              where o.book_id = p.book_id and o.entry_no = p.entry_no and o.fund_id = p.fund_id
                                and o.line_no <> p.line_no),
                            array[]::integer[]) as "Counters"
              from page g cross join before b
              join posting p on p.book_id = {scope.Work.Book} and p.entry_no = g.entry_no and p.line_no = g.line_no
              join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
              join narrative n on n.book_id = p.book_id and n.narrative_id = p.narrative_id
             order by {sign} * p.period, {sign} * g.day, {sign} * p.entry_no, {sign} * p.line_no
            """).ToListAsync(ct);
    }

    /// <summary>A page.</summary>
    /// <param name="Before">Debits minus credits before its first line.</param>
    /// <param name="Earlier">What pages before show of its first line's day.</param>
    /// <param name="Next">The first line after it, if any.</param>
    internal sealed record Part(
        IReadOnlyList<Row> Rows, long Before, (long Debit, long Credit) Earlier, bool HasBefore, LinePlace? Next);

    private sealed record Count(int Period, long Lines);

    /// <summary>A line as it is read.</summary>
    /// <param name="Since">First month that was read with it.</param>
    /// <param name="Before">Debits minus credits from there to the first line that was read with it.</param>
    /// <param name="DayDebit">Of these, what belongs to that first line's own day.</param>
    internal sealed record Row(
        long EntryNo, short LineNo, int Period, DateOnly Day, string Series, int Number, long VoucherId, int AccountId, int FundId,
        string Side, long Units, string Narrative, long Before, long DayDebit, long DayCredit, int Since,
        int[] Counters)
    {
        public LinePlace Place => new(Period, LocalDate.FromDateOnly(Day), EntryNo, LineNo);

        public long Effect => Side == "D" ? Units : -Units;
    }
}
