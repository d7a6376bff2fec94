using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>What was accounted for on each line of the agreed budget, in fen by the line's number: receipts that were accepted and are booked,
/// and what the foundation paid to suppliers itself. Null where accounts name no lines: money that was spent when paid.</summary>
internal static class SpentByLine
{
    public static async Task<IReadOnlyDictionary<short, long>?> Of(Work work, long grant, CancellationToken ct)
    {
        List<Spent> lines = await work.Db.Database.SqlQuery<Spent>(
            $"""
            select x.line as "Line", sum(x.units)::bigint as "Units" from (
            select r.line_no as line, l.units
              from tranche t
              join grant_acquittal a on a.book_id = t.book_id and a.tranche_id = t.tranche_id and a.state = 'posted'
              join grant_acquittal_line l on l.book_id = a.book_id and l.tranche_id = a.tranche_id and l.version = a.version and l.accepted
              join grant_receipt r on r.book_id = l.book_id and r.grant_receipt_id = l.grant_receipt_id
             where t.book_id = {work.Book} and t.grant_id = {grant}
            union all
            select l.line_no, l.units
              from tranche t
              join grant_case c on c.book_id = t.book_id and c.grant_id = t.grant_id
              join grant_round n on n.book_id = c.book_id and n.grant_round_id = c.grant_round_id and n.policy = 'advance-then-acquit'
              join tranche_request q on q.book_id = t.book_id and q.tranche_id = t.tranche_id and q.request_no = t.request_no and q.is_purchase
              join tranche_request_line l on l.book_id = q.book_id and l.tranche_id = q.tranche_id and l.request_no = q.request_no
             where t.book_id = {work.Book} and t.grant_id = {grant} and t.paid_on is not null) x group by x.line
            """).ToListAsync(ct);
        return lines.Count == 0 ? null : lines.ToDictionary(line => line.Line, line => line.Units);
    }

    private sealed record Spent(short Line, long Units);
}
