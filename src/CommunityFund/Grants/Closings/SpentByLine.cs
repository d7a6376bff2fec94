using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>What was accounted for on each line of the agreed budget, in fen by the line's number: receipts that were accepted and are booked. Null
/// where accounts name no lines: money that was spent when paid.</summary>
internal static class SpentByLine
{
    public static async Task<IReadOnlyDictionary<short, long>?> Of(Work work, long grant, CancellationToken ct)
    {
        List<Spent> lines = await work.Db.Database.SqlQuery<Spent>(
            $"""
            select r.line_no as "Line", sum(l.units)::bigint as "Units"
              from tranche t
              join grant_acquittal a on a.book_id = t.book_id and a.tranche_id = t.tranche_id and a.state = 'posted'
              join grant_acquittal_line l on l.book_id = a.book_id and l.tranche_id = a.tranche_id and l.version = a.version and l.accepted
              join grant_receipt r on r.book_id = l.book_id and r.grant_receipt_id = l.grant_receipt_id
             where t.book_id = {work.Book} and t.grant_id = {grant} group by r.line_no
            """).ToListAsync(ct);
        return lines.Count == 0 ? null : lines.ToDictionary(line => line.Line, line => line.Units);
    }

    private sealed record Spent(short Line, long Units);
}
