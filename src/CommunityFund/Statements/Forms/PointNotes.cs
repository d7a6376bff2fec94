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

/// <summary>Points of time banks in the note on commitments: they are no debt in money, for nobody may cash them, but what they cost to replace
/// is told beside the fund that stands behind them.</summary>
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
        return [.. rows.Select(row => row.Fen is { } fen
            ? new FormRemark("statement.points.covered",
                [row.Programme, row.Points, Amount.Fen(fen), Amount.Fen(checked(row.Points * fen)), row.Fund!, Amount.Fen(row.Cash)])
            : new FormRemark("statement.points.open", [row.Programme, row.Points]))];
    }

    private sealed record Row(string Programme, long Points, int? Fen, string? Fund, long Cash);
}
