using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>What the checklist asks about funds: that nothing about them contradicts what PostgreSQL already refuses entry by entry.</summary>
internal static class ClosingFunds
{
    // Backups are restored and checked weekly; a day more is grace.
    private const int DaysBetweenChecks = 8;

    private sealed record Standing(
        long FundId, string Name, bool IsGeneral, long Cash, long Floor, long Available, long Lots, long Committed, long Restricted,
        long Strays);

    public static async Task<IReadOnlyList<ClosingCheck>> Of(Work work, CancellationToken ct)
    {
        List<Standing> funds = await work.Db.Database.SqlQuery<Standing>(
            $"""
            select f.fund_id::bigint as "FundId", f.name as "Name", f.kind = 'general' as "IsGeneral", own_cash(f.book_id, f.fund_id) as "Cash",
                   fund_floor(f.book_id, f.fund_id) as "Floor", fund_available(f.book_id, f.fund_id) as "Available",
                   coalesce((select sum(g.units - g.used) from gift_lot g where g.book_id = f.book_id and g.fund_id = f.fund_id
                                and g.restriction = 'R' and g.used < g.units), 0)::bigint as "Lots",
                   coalesce((select sum(p.net) from fund_position p join account c using (book_id, account_id)
                              where p.book_id = f.book_id and p.fund_id = f.fund_id and c.role = 'commitment'), 0)::bigint as "Committed",
                   coalesce(r.units, 0) as "Restricted",
                   (select count(*) from hold h left join voucher v on v.book_id = h.book_id and v.voucher_id = h.voucher_id
                     where h.book_id = f.book_id and h.fund_id = f.fund_id and h.released_at is null
                       and h.voucher_id is not null and v.state is distinct from 'prepared') as "Strays"
              from fund f
              left join (select b.fund_id, sum(b.credit - b.debit)::bigint as units from balance b join account a using (book_id, account_id)
                          where b.book_id = {work.Book} and b.restriction = 'R' and b.commodity = 'CNY'
                            and a.class in ('income', 'expense', 'net-assets') group by b.fund_id) r on r.fund_id = f.fund_id
             where f.book_id = {work.Book} and f.kind not in ('agency', 'programme') order by f.code
            """).ToListAsync(ct);
        return
        [
            Judged(ClosingMatter.Restricted, funds.Where(fund => fund.Lots != fund.Restricted), fund => Amount.Fen(fund.Restricted - fund.Lots)),
            // A book may open with more debts than money in a fund; only what was promised since is somebody's to put right.
            Judged(ClosingMatter.Commitments, funds.Where(fund => fund is { IsGeneral: false, Available: < 0, Committed: > 0 }),
                fund => Amount.Fen(fund.Available)),
            Judged(ClosingMatter.Floors, funds.Where(fund => !fund.IsGeneral && (fund.Cash < fund.Floor || fund.Available < 0)),
                fund => Amount.Fen(fund.Cash), ClosingMark.Look),
            Judged(ClosingMatter.Holds, funds.Where(fund => fund.Strays > 0), _ => null),
        ];
    }

    /// <summary>When the whole books were last read again: the weekly proof of a backup checks every book in it.</summary>
    public static async Task<ClosingCheck> Checked(Work work, CancellationToken ct)
    {
        DateTime? last = await work.Db.Database.SqlQuery<DateTime?>(
            $"""select max(ended_at) as "Value" from backup_run where kind = 'proved' and good""").SingleAsync(ct);
        Instant? at = last is { } moment ? Instant.FromDateTimeUtc(DateTime.SpecifyKind(moment, DateTimeKind.Utc)) : null;
        return at is null ? ClosingCheck.Of(ClosingMatter.Books, ClosingMark.Look, "never")
            : ClosingCheck.Of(ClosingMatter.Books,
                work.Now - at.Value > Duration.FromDays(DaysBetweenChecks) ? ClosingMark.Look : ClosingMark.Fine, ("at", at));
    }

    private static ClosingCheck Judged(
        ClosingMatter matter, IEnumerable<Standing> bad, Func<Standing, Amount?> amount, ClosingMark mark = ClosingMark.Stop)
    {
        OpenItem[] items = [.. bad.Select(fund => new OpenItem(fund.FundId, fund.Name, Amount: amount(fund)))];
        return items.Length == 0 ? ClosingCheck.Of(matter, ClosingMark.Fine)
            : ClosingCheck.Of(matter, mark, ("funds", items.Select(item => item.Text).ToArray())) with { Items = items };
    }
}
