using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A posted line that money may have come back of, or gone back of.</summary>
public sealed record RefundChoice(
    long Entry, short Line, string Series, int Number, LocalDate On, string Narrative, string Fund, string Account,
        Amount Left, string Party);

/// <summary>Posted expenses (for money in) or income (for money out) of the last two years that are large enough, the likely ones
/// first: same counterparty, then same amount, then the latest.</summary>
public sealed record RefundChoices(long Line) : Query<IReadOnlyList<RefundChoice>>
{
    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<IReadOnlyList<RefundChoice>> Answer(Work work, CancellationToken ct)
    {
        BankLine line = await work.Db.Set<BankLine>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.BankLineId == Line, ct)
            ?? throw new RefusedException(UndecidedLine.Unknown, ("line", Line));
        (string role, string side) = line.Units > 0 ? ("expense", "D") : ("income", "C");
        long size = Math.Abs(line.Units);
        LocalDate from = line.OccurredOn.PlusYears(-2);
        int first = AccountingPeriod.Of(from), last = AccountingPeriod.Of(line.OccurredOn);
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select p.entry_no as "Entry", p.line_no as "Line", e.series as "Series", e.number as "Number", p.occurred_on as "On",
                   coalesce(n.text, '') as "Narrative", f.code || ' ' || f.name as "Fund", p.account_id as "Account",
                       p.units - r.units as "Left",
                   coalesce(q.name, '') as "Party"
              from account a
              join posting p on p.book_id = a.book_id and p.account_id = a.account_id and p.period between {first} and {last}
              join journal_entry e on e.book_id = p.book_id and e.entry_no = p.entry_no
              join voucher v on v.book_id = e.book_id and v.voucher_id = e.voucher_id and v.reversed_by is null
              join fund f on f.book_id = p.book_id and f.fund_id = p.fund_id
              join narrative n on n.book_id = p.book_id and n.narrative_id = p.narrative_id
              left join person q on q.person_id = p.counterparty_id
              cross join lateral (select coalesce(sum(r.units), 0)::bigint as units from refund r join voucher w using (book_id,
                  voucher_id)
                                   where r.book_id = p.book_id and r.of_entry_no = p.entry_no and r.of_line_no = p.line_no
                                     and w.state in ('prepared', 'posted') and w.reversed_by is null) r
             where a.book_id = {work.Book} and a.class = {role} and p.side = {side} and p.units >= {size} and e.kind
                 in ('ordinary', 'correction')
               and p.units - r.units >= {size}
             order by (q.name is not null and q.name = {line.CounterpartyName.Trim()}) desc, p.units = {size} desc,
                 p.occurred_on desc, p.entry_no desc
             limit 40
            """).ToListAsync(ct);
        Chart chart = await work.ChartOn(line.OccurredOn, ct);
        return
        [
            .. rows.Select(row => new RefundChoice(row.Entry, row.Line, row.Series, row.Number, LocalDate.FromDateOnly(row.On),
                row.Narrative, row.Fund,
                chart.ById(row.Account).Name, Amount.Fen(row.Left), row.Party)),
        ];
    }

    private sealed record Row(
        long Entry, short Line, string Series, int Number, DateOnly On, string Narrative, string Fund, int Account, long Left,
            string Party);
}
