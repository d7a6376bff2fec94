using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking.Reconciling;

/// <summary>A line of the bank and a voucher of the books.</summary>
public sealed record TickedPair(long Line, long Voucher);

/// <summary>
/// Vouchers of the books were found again on the statement: each pair is matched with as much as is left of both. The database sees to
/// it that neither is given away twice.
/// </summary>
public sealed record TickMatch(Guid Key, IReadOnlyList<TickedPair> Pairs) : Command<int>(Key)
{
    /// <summary>Nothing is left of the line or the voucher, or they move money in opposite directions.</summary>
    public const string Nothing = "reconciliation.nothing-to-match";

    private const int Most = 500;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        TickedPair[] pairs = [.. Pairs.Distinct().OrderBy(pair => pair.Line).ThenBy(pair => pair.Voucher).Take(Most)];
        long[] lines = [.. pairs.Select(pair => pair.Line)];
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            select 1 from bank_line where book_id = {work.Book} and bank_line_id = any ({lines}) order by bank_line_id for no key update
            """, ct);
        foreach (TickedPair pair in pairs)
        {
            int written = await work.Db.Database.ExecuteSqlAsync(
                $"""
                insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at)
                select b.book_id, b.bank_line_id, v.voucher_id,
                       case when b.units > 0 then least(line.rest, voucher.rest) else greatest(line.rest, voucher.rest) end,
                       {work.ActorId}, {work.Now.ToDateTimeUtc()}
                  from bank_line b
                  join voucher v on v.book_id = b.book_id and v.voucher_id = {pair.Voucher} and v.state = 'posted' and v.kind <> 'opening'
                  cross join lateral (select b.units - coalesce(sum(m.units), 0)::bigint as rest from bank_match_open m
                                       where m.book_id = b.book_id and m.bank_line_id = b.bank_line_id) line
                  cross join lateral (
                    select bank_booked(b.book_id, v.voucher_id, b.bank_account_id) - coalesce(sum(m.units), 0)::bigint as rest
                      from bank_match_open m join bank_line o on o.book_id = m.book_id and o.bank_line_id = m.bank_line_id
                     where m.book_id = b.book_id and m.voucher_id = v.voucher_id and o.bank_account_id = b.bank_account_id) voucher
                 where b.book_id = {work.Book} and b.bank_line_id = {pair.Line}
                   and line.rest <> 0 and sign(line.rest) = sign(voucher.rest)
                """,
                ct);
            if (written == 0)
            {
                throw new RefusedException(Nothing);
            }
        }

        return pairs.Length;
    }
}
