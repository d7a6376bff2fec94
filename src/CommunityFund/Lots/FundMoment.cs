using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>A day in the life of a fund on which something was said or decided.</summary>
/// <param name="What">As the fund's page calls it: Opened, Clause, Designated, Lifted, Frozen, Thawed, Closed, Principal, Gave, Received.</param>
/// <param name="Said">The clause, the purpose, the reason.</param>
/// <param name="Other">The other fund of a transfer, or empty.</param>
public sealed record FundMoment(LocalDate Day, string What, string Said, string Source, string Other, Amount? Amount, long? VoucherId)
{
    public string Named(Words words) => words.Show(new Term($"term.FundEventKind.{What}"));

    /// <summary>In one line.</summary>
    public string Line(Words words) => string.Join(" · ", new[] { Named(words), Amount is { } amount ? words.Show(amount) : "", Other, Said }
        .Where(part => part.Length > 0));

    internal static async Task<IReadOnlyList<FundMoment>> Of(MoneyScope scope, Fund fund, CancellationToken ct)
    {
        List<Row> rows = await scope.Work.Db.Database.SqlQuery<Row>(
            $"""
            with told as (
              select f.opened_on as day, 'Opened' as what, f.clause as said, '' as source,
                     null::integer as other, null::bigint as units, null::bigint as voucher
                from fund f where f.book_id = {fund.BookId} and f.fund_id = {fund.FundId}
              union all
              select coalesce(c.in_force_from, (c.added_at at time zone 'Asia/Shanghai')::date), 'Clause', c.words, c.source, null, null, null
                from fund_clause c where c.book_id = {fund.BookId} and c.fund_id = {fund.FundId} and c.added_by is not null
              union all
              select d.decided_on, 'Designated', d.purpose, d.resolution, null, d.units, null
                from designation d where d.book_id = {fund.BookId} and d.fund_id = {fund.FundId}
              union all
              select d.revoked_on, 'Lifted', d.purpose, d.revocation, null, d.units, null
                from designation d where d.book_id = {fund.BookId} and d.fund_id = {fund.FundId} and d.revoked_on is not null
              union all
              select (d.decided_at at time zone 'Asia/Shanghai')::date,
                     case d.kind when 'freeze' then 'Frozen' when 'thaw' then 'Thawed' when 'close' then 'Closed' else 'Principal' end,
                     d.reason, d.source, null, d.principal, null
                from fund_decision d where d.book_id = {fund.BookId} and d.fund_id = {fund.FundId} and d.state = 'done'
              union all
              select v.occurred_on, case t.from_fund when {fund.FundId} then 'Gave' else 'Received' end, t.reason, t.source,
                     case t.from_fund when {fund.FundId} then t.to_fund else t.from_fund end, t.units, t.voucher_id
                from fund_transfer t join voucher v on v.book_id = t.book_id and v.voucher_id = t.voucher_id
               where t.book_id = {fund.BookId} and {fund.FundId} in (t.from_fund, t.to_fund) and t.state in ('posted', 'reversed')
                 and v.entry_no <= {scope.Head.KnownAt})
            select t.day as "Day", t.what as "What", t.said as "Said", t.source as "Source", coalesce(o.name, '') as "Other", t.units as "Units",
                   t.voucher as "VoucherId"
              from told t left join fund o on o.book_id = {fund.BookId} and o.fund_id = t.other
             where t.day between {scope.Head.From.ToDateOnly()} and {scope.Head.To.ToDateOnly()} or t.what = 'Opened'
             order by t.day, t.what <> 'Opened'
            """).ToListAsync(ct);
        return
        [
            .. rows.Select(row => new FundMoment(
                LocalDate.FromDateOnly(row.Day), row.What, row.Said, row.Source, row.Other, row.Units is { } units ? Ledger.Amount.Fen(units) : null,
                row.VoucherId)),
        ];
    }

    private sealed record Row(DateOnly Day, string What, string Said, string Source, string Other, long? Units, long? VoucherId);
}
