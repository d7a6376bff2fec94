using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>A sentence under a statement about what stands in none of its accounts.</summary>
/// <param name="Key">Of its words.</param>
public sealed record FormRemark(string Key, IReadOnlyList<object> Facts)
{
    public string Text(Words words) => words[Key, [.. Facts]];
}

/// <summary>
/// Time banks in the note on commitments. Their points are no debt in money, for nobody may cash them, but what they cost to replace is told
/// beside the fund that stands behind them; the hours that volunteers served are no income.
/// </summary>
internal static class PointNotes
{
    /// <summary>The note under which it stands.</summary>
    public const string Form = "note-commitments";

    public static async Task<IReadOnlyList<FormRemark>> Of(Work work, LedgerScope scope, CancellationToken ct)
    {
        if (!scope.Head.Funds.WholeBook)
        {
            return [];
        }

        (int to, DateOnly day, long known) = (scope.Range.ToPeriod, scope.Range.ToDay.ToDateOnly(), scope.Known);
        Row[] rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select f.name as "Programme", o.points as "Points", r.fen_per_point as "Fen", g.name as "Fund",
                   (select coalesce(sum(t.debit - t.credit), 0)::bigint
                      from turnover(f.book_id, array(select a.account_id from account a where a.book_id = f.book_id and a.role = 'own-cash'),
                                    array[r.reserve_fund_id], {to}, make_date({to} / 100, 1, 1), {to}, {day}, {known}) t) as "Cash"
              from fund f
             cross join lateral (select points_out(f.book_id, f.fund_id, {to}, {day}, {known}) as points) o
              left join lateral (select * from point_reserve p where p.book_id = f.book_id and p.fund_id = f.fund_id and p.state = 'approved'
                                    and p.valid_from <= {day}
                                  order by p.valid_from desc, p.decided_at desc, p.point_reserve_id desc limit 1) r on true
              left join fund g on g.book_id = f.book_id and g.fund_id = r.reserve_fund_id
             where f.book_id = {work.Book} and f.kind = 'programme' and o.points <> 0
             order by f.code
            """).ToArrayAsync(ct);
        FormRemark[] points = [.. rows.Select(row => row.Fen is { } fen
            ? new FormRemark("statement.points.covered",
                [row.Programme, row.Points, Amount.Fen(fen), Amount.Fen(checked(row.Points * fen)), row.Fund!, Amount.Fen(row.Cash)])
            : new FormRemark("statement.points.open", [row.Programme, row.Points]))];
        return [.. points, .. await Served(work, scope, ct)];
    }

    /// <summary>
    /// Hours that volunteers served in the time, by what was booked of them: services that are received without an invoice at fair value are no
    /// income and are told in the notes (民间非营利组织会计制度 art. 16 and 58).
    /// </summary>
    private static async Task<IReadOnlyList<FormRemark>> Served(Work work, LedgerScope scope, CancellationToken ct)
    {
        (DateOnly from, DateOnly to) = (scope.Range.FromDay.ToDateOnly(), scope.Range.ToDay.ToDateOnly());
        Hours[] rows = await work.Db.Database.SqlQuery<Hours>(
            $"""
            select f.name as "Programme", sum(j.total)::bigint as "Minutes"
              from fund f join unit_paper p on p.book_id = f.book_id and p.fund_id = f.fund_id and p.kind = 'hours-earned'
              join journal_entry j on j.book_id = p.book_id and j.voucher_id = p.voucher_id
             where f.book_id = {work.Book} and f.kind = 'programme' and j.occurred_on between {from} and {to} and j.entry_no <= {scope.Known}
             group by f.code, f.name having sum(j.total) <> 0 order by f.code
            """).ToArrayAsync(ct);
        return [.. rows.Select(row => new FormRemark("statement.points.served", [row.Programme, Amount.OfUnits(row.Minutes, Commodity.Hour)]))];
    }

    private sealed record Hours(string Programme, long Minutes);

    private sealed record Row(string Programme, long Points, int? Fen, string? Fund, long Cash);
}
