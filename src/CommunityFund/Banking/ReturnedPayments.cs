using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A payment in the books that money on a line may have come back of.</summary>
/// <param name="Line">The line of its entry that the return is kept against.</param>
/// <param name="PaysAgain">What was paid stands on the payment desk again once the return is posted.</param>
public sealed record ReturnedPayment(
    long Voucher, long Entry, short Line, long LineUnits, string Series, int Number, LocalDate On, string Narrative, string Party,
    bool PaysAgain);

/// <summary>Payments of just that amount through the line's account in the three months before it, the likely ones first: the same
/// payee, then the latest.</summary>
public sealed record ReturnedPayments(long Line) : Query<IReadOnlyList<ReturnedPayment>>
{
    private const int Days = 92;

    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<IReadOnlyList<ReturnedPayment>> Answer(Work work, CancellationToken ct)
    {
        BankLine line = await work.Db.Set<BankLine>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.BankLineId == Line, ct)
            ?? throw new RefusedException(UndecidedLine.Unknown, ("line", Line));
        return line.Units > 0 ? await Of(work, line, Amount.Fen(line.Units), ct) : [];
    }

    /// <summary>Posted payments that no other money came back of. A transfer between own accounts is none: its other side has a line of
    /// its own; nor is what settles a suspense item.</summary>
    internal static async Task<IReadOnlyList<ReturnedPayment>> Of(Work work, BankLine line, Amount amount, CancellationToken ct)
    {
        BankAccount account = await work.Db.Set<BankAccount>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.BankAccountId == line.BankAccountId, ct);
        int[] ledger = [account.AccountId, account.AgencyAccountId ?? account.AccountId];
        LocalDate from = line.OccurredOn.PlusDays(-Days);
        int first = AccountingPeriod.Of(from), last = AccountingPeriod.Of(line.OccurredOn);
        DateOnly start = from.ToDateOnly(), end = line.OccurredOn.ToDateOnly();
        string party = line.CounterpartyName.Trim();
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select v.voucher_id as "Voucher", e.entry_no as "Entry", l.line_no as "Line", l.units as "LineUnits", e.series as "Series",
                   e.number as "Number", e.occurred_on as "On", coalesce(n.text, '') as "Narrative", coalesce(q.name, '') as "Party",
                   exists (select 1 from expectation w where w.book_id = v.book_id and w.voucher_id = v.voucher_id
                              and w.undo_move is not null) as "PaysAgain"
              from (select p.entry_no from posting p
                     where p.book_id = {work.Book} and p.account_id = any ({ledger}) and p.period between {first} and {last}
                       and p.occurred_on between {start} and {end}
                     group by p.entry_no having sum(signed(p.side, p.units)) = {-amount.Units}) x
              join journal_entry e on e.book_id = {work.Book} and e.entry_no = x.entry_no and e.kind in ('ordinary', 'correction')
              join voucher v on v.book_id = e.book_id and v.voucher_id = e.voucher_id and v.reversed_by is null
              join narrative n on n.book_id = e.book_id and n.narrative_id = e.narrative_id
              cross join lateral (select p.line_no, p.units from posting p join account a using (book_id, account_id)
                                   where p.book_id = e.book_id and p.entry_no = e.entry_no and p.side = 'D' and p.units > 0
                                   order by a.class in ('expense', 'liability') desc, p.line_no limit 1) l
              left join lateral (select name from (
                    select o.counterparty_name as name, 1 as rank from bank_match_open m join bank_line o using (book_id, bank_line_id)
                     where m.book_id = v.book_id and m.voucher_id = v.voucher_id
                    union all
                    select r.name, 2 from posting p join person r on r.person_id = p.counterparty_id
                     where p.book_id = e.book_id and p.entry_no = e.entry_no) known where name <> '' order by rank limit 1) q on true
             where (v.undo_move is null or exists (select 1 from expectation x where x.book_id = v.book_id and x.voucher_id = v.voucher_id
                                                      and x.kind in ('claim', 'supplier', 'refund', 'grant', 'merchant'))
                    or exists (select 1 from agency_move g where g.book_id = v.book_id and g.voucher_id = v.voucher_id))
               and not exists (select 1 from refund r join voucher w using (book_id, voucher_id) where r.book_id = e.book_id
                                  and r.of_entry_no = e.entry_no and w.state in ('prepared', 'posted') and w.reversed_by is null)
               and not exists (select 1 from refund r where r.book_id = v.book_id and r.voucher_id = v.voucher_id)
               and not exists (select 1 from suspense_clearing c where c.book_id = v.book_id and c.voucher_id = v.voucher_id)
               and not exists (select 1 from posting p join account a using (book_id, account_id) where p.book_id = e.book_id
                                  and p.entry_no = e.entry_no and a.role = 'own-cash' and p.account_id <> all ({ledger}))
             order by (q.name = {party} and {party} <> '') desc nulls last, e.occurred_on desc, e.entry_no desc limit 20
            """).ToListAsync(ct);
        return
        [
            .. rows.Select(row => new ReturnedPayment(row.Voucher, row.Entry, row.Line, row.LineUnits, row.Series, row.Number,
                LocalDate.FromDateOnly(row.On), row.Narrative, row.Party, row.PaysAgain)),
        ];
    }

    private sealed record Row(long Voucher, long Entry, short Line, long LineUnits, string Series, int Number, DateOnly On, string Narrative,
        string Party, bool PaysAgain);
}
