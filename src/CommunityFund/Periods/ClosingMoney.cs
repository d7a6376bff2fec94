using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>What the checklist asks about bank, cash and debts of a month.</summary>
internal static class ClosingMoney
{
    private const int Shown = 10;

    private sealed record Item(long Id, string Text, DateOnly? Day, long Units, bool IsHeld, long Count, long Sum);

    private sealed record Unsigned(long Account, int LedgerAccount, bool IsStale, DateOnly Day);

    /// <summary>New and doubtful lines are decided about; one that was set aside may stay so if somebody says why.</summary>
    public static async Task<ClosingCheck> BankLines(Work work, Book book, AccountingPeriod month, CancellationToken ct)
    {
        List<Item> rows = await work.Db.Database.SqlQuery<Item>(
            $"""
            select b.bank_line_id as "Id", coalesce(nullif(b.summary, ''), nullif(b.counterparty_name, ''), b.remark) as "Text",
                   b.occurred_on as "Day", b.units as "Units", b.state = 'held' as "IsHeld", count(*) over () as "Count",
                   count(*) filter (where b.state = 'held') over () as "Sum"
              from bank_line b
             where b.book_id = {work.Book} and b.state in ('new', 'held', 'doubtful')
               and b.occurred_on between {Day(book.OpeningDay)} and {Day(month.Ends)}
               and b.units <> coalesce((select sum(m.units) from bank_match_open m
                                         where m.book_id = b.book_id and m.bank_line_id = b.bank_line_id), 0)
             order by b.state = 'held', b.occurred_on, b.bank_line_id limit {Shown}
            """).ToListAsync(ct);
        if (rows.Count == 0)
        {
            return ClosingCheck.Of(ClosingMatter.BankLines, ClosingMark.Fine);
        }

        bool onlyHeld = rows[0].Count == rows[0].Sum;
        ClosingCheck check = ClosingCheck.Of(ClosingMatter.BankLines, ClosingMark.Stop, onlyHeld ? "held" : "",
            ("count", rows[0].Count), ("held", rows[0].Sum));
        return check with { Items = Items(rows), Reason = onlyHeld ? ClosingReason.HeldLines : "" };
    }

    public static async Task<ClosingCheck> Reconciled(Work work, AccountingPeriod month, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(month.Ends, ct);
        List<Unsigned> rows = await work.Db.Database.SqlQuery<Unsigned>(
            $"""
            select u.bank_account_id::bigint as "Account", a.account_id as "LedgerAccount", u.rule = 'period_bank_stale' as "IsStale",
                   u.statement_day as "Day"
              from unreconciled_accounts({work.Book}, {month.Number}) u
              join bank_account a on a.book_id = {work.Book} and a.bank_account_id = u.bank_account_id
            """).ToListAsync(ct);
        return rows.Count == 0 ? ClosingCheck.Of(ClosingMatter.Reconciled, ClosingMark.Fine)
            : ClosingCheck.Of(ClosingMatter.Reconciled, ClosingMark.Stop, ("count", rows.Count)) with
            {
                Items =
                [
                    .. rows.Select(row => new OpenItem(row.Account, chart.ById(row.LedgerAccount).Name, LocalDate.FromDateOnly(row.Day),
                        Says: Sentence.Of(row.IsStale ? "closing.reconciled.stale" : "closing.reconciled.missing",
                            ("day", LocalDate.FromDateOnly(row.Day))))),
                ],
            };
    }

    /// <summary>What came in before the month and is still nobody's needs a reason; what came in it is only named.</summary>
    public static async Task<ClosingCheck> Suspense(Work work, AccountingPeriod month, CancellationToken ct)
    {
        List<Item> rows = await work.Db.Database.SqlQuery<Item>(
            $"""
            select s.suspense_id as "Id", s.note as "Text", s.received_on as "Day", l.units as "Units",
                   s.received_on < {Day(month.Starts)} as "IsHeld", count(*) over () as "Count", (sum(l.units) over ())::bigint as "Sum"
              from suspense s join suspense_left l on l.book_id = s.book_id and l.suspense_id = s.suspense_id
             where s.book_id = {work.Book} and s.received_on <= {Day(month.Ends)} and l.units > 0
             order by s.received_on, s.suspense_id limit {Shown}
            """).ToListAsync(ct);
        if (rows.Count == 0)
        {
            return ClosingCheck.Of(ClosingMatter.Suspense, ClosingMark.Fine);
        }

        bool isOld = rows[0].IsHeld;
        ClosingCheck check = ClosingCheck.Of(ClosingMatter.Suspense, isOld ? ClosingMark.Stop : ClosingMark.Look,
            ("count", rows[0].Count), ("amount", Amount.Fen(rows[0].Sum)), ("oldest", LocalDate.FromDateOnly(rows[0].Day!.Value)));
        return check with { Items = Items(rows), Reason = isOld ? ClosingReason.Suspense : "" };
    }

    /// <summary>A box that was used is counted about the end of the month.</summary>
    public static async Task<ClosingCheck> Cash(Work work, AccountingPeriod month, CancellationToken ct)
    {
        List<int> rows = await work.Db.Database.SqlQuery<int>(
            $"""
            select distinct a.account_id as "Value"
              from account a join balance b on b.book_id = a.book_id and b.period = {month.Number} and b.account_id = a.account_id
             where a.book_id = {work.Book} and split_part(a.key, '.', 1) = {Account.Keys.Cash} and a.role = 'own-cash'
               and not exists (select 1 from cash_count c where c.book_id = a.book_id and c.account_id = a.account_id
                                  and c.counted_on between {Day(month.Ends)} - 4 and {Day(month.Ends)} + 10)
            """).ToListAsync(ct);
        Chart chart = await work.ChartOn(month.Ends, ct);
        return rows.Count == 0 ? ClosingCheck.Of(ClosingMatter.Cash, ClosingMark.Fine)
            : ClosingCheck.Of(ClosingMatter.Cash, ClosingMark.Look, ("boxes", rows.Select(id => chart.PathOf(chart.ById(id))).ToArray()));
    }

    /// <summary>Left one own account and has not come to the other.</summary>
    public static async Task<ClosingCheck> Transit(Work work, AccountingPeriod month, CancellationToken ct)
    {
        List<Item> rows = await work.Db.Database.SqlQuery<Item>(
            $"""
            select t.own_transfer_id as "Id", t.reason as "Text", t.move_on as "Day", t.units as "Units", false as "IsHeld",
                   count(*) over () as "Count", (sum(t.units) over ())::bigint as "Sum"
              from own_transfer t
              join expectation o on o.book_id = t.book_id and o.expectation_id = t.out_expectation
              join expectation i on i.book_id = t.book_id and i.expectation_id = t.in_expectation
             where t.book_id = {work.Book} and t.state <> 'dropped' and t.move_on <= {Day(month.Ends)}
               and (o.voucher_id is null) <> (i.voucher_id is null)
             order by t.move_on, t.own_transfer_id limit {Shown}
            """).ToListAsync(ct);
        return Listed(ClosingMatter.Transit, rows);
    }

    /// <summary>Approved for days of the month or before, and nobody has made the voucher.</summary>
    public static async Task<ClosingCheck> Debts(Work work, AccountingPeriod month, CancellationToken ct)
    {
        List<Item> rows = await work.Db.Database.SqlQuery<Item>(
            $"""
            select d.debt_id as "Id", d.title as "Text", x.day as "Day", x.units as "Units", false as "IsHeld",
                   count(*) over () as "Count", (sum(x.units) over ())::bigint as "Sum"
              from debt d
              cross join lateral (select min(l.occurred_on) as day, sum(l.units)::bigint as units from debt_line l
                                   where l.book_id = d.book_id and l.debt_id = d.debt_id and l.version = d.version) x
             where d.book_id = {work.Book} and d.state = 'approved' and x.day <= {Day(month.Ends)}
             order by x.day, d.debt_id limit {Shown}
            """).ToListAsync(ct);
        return Listed(ClosingMatter.Debts, rows);
    }

    /// <summary>Fine without rows, else named with their number and sum.</summary>
    private static ClosingCheck Listed(ClosingMatter matter, IReadOnlyList<Item> rows)
    {
        if (rows.Count == 0)
        {
            return ClosingCheck.Of(matter, ClosingMark.Fine);
        }

        ClosingCheck check = ClosingCheck.Of(matter, ClosingMark.Look, ("count", rows[0].Count), ("amount", Amount.Fen(rows[0].Sum)));
        return check with { Items = Items(rows) };
    }

    private static IReadOnlyList<OpenItem> Items(IEnumerable<Item> rows) =>
        [.. rows.Select(row => new OpenItem(row.Id, row.Text, row.Day is { } day ? LocalDate.FromDateOnly(day) : null, Amount.Fen(row.Units)))];

    private static DateOnly Day(LocalDate day) => day.ToDateOnly();
}
