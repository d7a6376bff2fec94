using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using CommunityFund.Lots;
using CommunityFund.Tests.Checks;
using CommunityFund.Tests.Periods;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Lots;

/// <summary>What lots gave is what was spent, fund by fund and restriction by restriction, at every day and every entry, whatever happens.</summary>
public sealed class RandomLotsTests
{
    [Theory]
    [InlineData(2026, 1, true)]
    [InlineData(2026, 2, false)]
    [InlineData(2025, 3, true)]
    [InlineData(2025, 4, false)]
    public async Task Lots_consumed_are_what_was_spent_at_every_day_and_entry_whatever_happens(int year, int seed, bool inOrder)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        LotHistory history = new(body, year, seed, inOrder);
        await history.Play(steps: 66);
        history.Kinds.Except(history.Happened).ShouldBeEmpty("every kind of business must have happened");
        string when = $"{year}, seed {seed}";
        await ConsumedIsSpent(body, when);
        await TracesAddUp(body, year, inOrder, when);
        CheckReport report = await CheckedBody.Check(body);
        report.IsClean.ShouldBeTrue(string.Join('\n', CheckedBody.Said(report)));
        if (inOrder)
        {
            await Closed(body, year);
            await ConsumedIsSpent(body, $"{when}, closed");
        }
    }

    private static async Task Closed(TestBody body, int year)
    {
        body.Clock.Now = Instant.FromUtc(year, 4, 2, 2, 0);
        int[] open = await OpenMonths(body, (year * 100) + 3);
        await body.Close(open);
    }

    private static async Task<int[]> OpenMonths(TestBody body, int last)
    {
        await using FundDb db = body.Db();
        return await db.Database.SqlQuery<int>(
            $"""
            select period as "Value" from period where book_id = 1 and period <= {last} and closed_at is null and period % 100 between 1 and 13
             order by 1
            """).ToArrayAsync();
    }

    /// <summary>For every entry there is and every day: what came to lots, less what they gave, less what was spent beyond them, is what the
    /// journal up to that entry and day says is left.</summary>
    private static async Task ConsumedIsSpent(TestBody body, string when)
    {
        await using FundDb db = body.Db();
        List<string> wrong = await db.Database.SqlQuery<string>(
            $"""
            with entry as materialized (select entry_no, occurred_on from journal_entry where book_id = 1),
            moved as materialized (
              select entry_no, fund_id, restriction, sum(by_lots) as by_lots, sum(by_journal) as by_journal
                from (select g.entry_no, g.fund_id, g.restriction, g.units as by_lots, 0::bigint as by_journal from gift_lot g where g.book_id = 1
                      union all
                      select v.entry_no, g.fund_id, g.restriction, -m.units, 0
                        from lot_move m join gift_lot g using (book_id, lot_id) join voucher v using (book_id, voucher_id)
                       where m.state = 'used' and m.book_id = 1
                      union all
                      select v.entry_no, x.fund_id, 'U', -x.units, 0 from lot_gap x join voucher v using (book_id, voucher_id) where x.book_id = 1
                      union all
                      select p.entry_no, p.fund_id, case p.restriction when 'R' then 'R' else 'U' end, 0,
                             case p.side when 'C' then p.units else -p.units end
                        from posting p join account a using (book_id, account_id)
                       where p.book_id = 1 and a.class in ('income', 'expense', 'net-assets')) each
               group by entry_no, fund_id, restriction)
            select format('entry %s, day %s, fund %s %s: lots %s, journal %s', k.entry_no, d.day, m.fund_id, m.restriction,
                          sum(m.by_lots), sum(m.by_journal)) as "Value"
              from entry k
              cross join (select distinct occurred_on as day from entry) d
              join entry e on e.entry_no <= k.entry_no and e.occurred_on <= d.day
              join moved m on m.entry_no = e.entry_no
             group by k.entry_no, d.day, m.fund_id, m.restriction
            having sum(m.by_lots) <> sum(m.by_journal)
             order by k.entry_no, d.day
            """).ToListAsync();
        wrong.ShouldBeEmpty(when);
    }

    /// <summary>Every trace adds up. Where days go forward, what the traces of all gifts say is left is also what each fund has, at every entry
    /// and every day; else a gift may come after the day on which it was spent, and has no trace on that day.</summary>
    private static async Task TracesAddUp(TestBody body, int year, bool inOrder, string when)
    {
        await using FundDb db = body.Db();
        // Red and blue of a correction are written together: nobody has ever known one without the other.
        List<long> entries = await db.Database.SqlQuery<long>(
            $"""
            select v.entry_no as "Value" from voucher v
             where v.book_id = 1 and v.entry_no is not null
               and not exists (select 1 from voucher w
                                where w.book_id = 1 and w.entry_no = v.entry_no + 1 and w.bundle_id = coalesce(v.bundle_id, v.voucher_id))
             order by 1
            """).ToListAsync();
        List<LocalDate> days = await db.Entries.Select(entry => entry.OccurredOn).Distinct().ToListAsync();
        (long last, LocalDate end) = (entries[^1], new LocalDate(year, 12, 31));
        (LocalDate Day, long Known)[] asOfs = inOrder
            ? [.. entries.Select(entry => (end, entry)), .. days.Select(day => (day, last))]
            : [(end, entries[entries.Count / 2]), (end, last)];
        foreach ((LocalDate day, long known) in asOfs)
        {
            TraceView trace = await body.Accountant.Ask(new EveryTrace(day, known));
            Amount undone = trace.Undone + trace.Ends.Where(each => each.Kind == TraceEndKind.Undone)
                .Aggregate(Amount.Fen(0), (sum, each) => sum + each.Amount);
            (trace.Spent + trace.Returned + trace.Unspent + undone).ShouldBe(trace.Came, $"{when}, {day} at {known}");
            (string Fund, long Units)[] left = [.. trace.Left.Select(part => (part.Fund, part.Amount.Units)).Where(part => part.Units != 0)];
            if (inOrder)
            {
                left.ShouldBe(await Journal(db, day, known), ignoreOrder: true, $"{when}, {day} at {known}");
            }
        }
    }

    /// <summary>What the journal says each fund has, and what it spent beyond its lots.</summary>
    private static async Task<(string Fund, long Units)[]> Journal(FundDb db, LocalDate day, long known)
    {
        DateOnly upTo = day.ToDateOnly();
        List<FundLeft> left = await db.Database.SqlQuery<FundLeft>(
            $"""
            select f.name as "Fund", sum(x.units)::bigint as "Units"
              from (select p.fund_id, case p.side when 'C' then p.units else -p.units end as units
                      from posting p join account a using (book_id, account_id)
                     where p.book_id = 1 and a.class in ('income', 'expense', 'net-assets') and p.entry_no <= {known} and p.occurred_on <= {upTo}
                    union all
                    select x.fund_id, x.units from lot_gap x join voucher v using (book_id, voucher_id)
                     where x.book_id = 1 and v.entry_no <= {known} and v.occurred_on <= {upTo}) x
              join fund f on f.book_id = 1 and f.fund_id = x.fund_id
             group by f.name having sum(x.units) <> 0
            """).ToListAsync();
        return [.. left.Select(row => (row.Fund, row.Units))];
    }

    private sealed record FundLeft(string Fund, long Units);
}
