using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>
/// What the statement shows stands in the books already: posted by hand, or prepared from the other account's line. Nothing is
/// booked; the lines and the vouchers are told that they are the same.
/// </summary>
/// <param name="Lines">Of one bank account, each with all that is left of it.</param>
/// <param name="Vouchers">Each with what no line is matched to yet.</param>
/// <param name="IsPart">The sums differ on purpose: as much as both have is matched, the rest waits.</param>
public sealed record MatchVoucher(Guid Key, IReadOnlyList<long> Lines, IReadOnlyList<long> Vouchers, bool IsPart = false)
    : Command<Done>(Key)
{
    /// <summary>A voucher is unknown, or moves nothing through this bank account that is not matched already.</summary>
    public const string NothingLeft = "match.nothing-left";

    /// <summary>Lines and vouchers do not add up to the same.</summary>
    public const string Unequal = "match.unequal";

    private const int Most = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        TakenLines taken = await TakenLines.Lock(work, new BankRest(Lines), ct);
        long[] ids = [.. taken.Parts.Select(part => part.Line)], asked = [.. Vouchers.Distinct().Order().Take(Most)];
        List<Left> lines = await work.Db.Database.SqlQuery<Left>(
            $"""
            select b.bank_line_id as "Id", (b.units - coalesce((select sum(m.units) from bank_match_open m
                     where m.book_id = b.book_id and m.bank_line_id = b.bank_line_id), 0))::bigint as "Units"
              from bank_line b where b.book_id = {work.Book} and b.bank_line_id = any ({ids}) order by b.occurred_on,
                  b.bank_line_id
            """).ToListAsync(ct);
        int[] accounts = [taken.Account.AccountId, taken.Account.AgencyAccountId ?? taken.Account.AccountId];
        List<Left> vouchers = await work.Db.Database.SqlQuery<Left>(
            $"""
            select v.voucher_id as "Id", (coalesce((select sum(case l.side when 'D' then l.units else -l.units end)
                from voucher_line l
                     where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.account_id = any ({accounts})), 0)
                   - coalesce((select sum(m.units) from bank_match_open m join bank_line o using (book_id, bank_line_id)
                                  where m.book_id = v.book_id and m.voucher_id = v.voucher_id
                                    and o.bank_account_id = {taken.Account.BankAccountId}), 0))::bigint as "Units"
              from voucher v where v.book_id = {work.Book} and v.voucher_id = any ({asked}) and v.state in ('prepared', 'posted')
               and v.reversed_by is null order by v.voucher_id
            """).ToListAsync(ct);
        if (asked.Length == 0 || vouchers.Count != asked.Length
            || vouchers.Any(voucher => Math.Sign(voucher.Units) != Math.Sign(taken.Amount.Units)))
        {
            throw new RefusedException(NothingLeft);
        }

        if (!IsPart && vouchers.Sum(voucher => voucher.Units) != taken.Amount.Units)
        {
            throw new RefusedException(Unequal, ("lines", taken.Amount),
                ("booked", Amount.Fen(vouchers.Sum(voucher => voucher.Units))));
        }

        await Write(work, [.. Pairs(lines, vouchers)], ct);
        return Done.It;
    }

    /// <summary>In the order of days and vouchers, each pair as much as both have left.</summary>
    private static IEnumerable<(long Line, long Voucher, long Units)> Pairs(List<Left> lines, List<Left> vouchers)
    {
        Queue<Left> open = new(vouchers);
        long rest = 0;
        foreach (Left line in lines)
        {
            for (long left = line.Units; left != 0 && open.Count > 0;)
            {
                rest = rest == 0 ? open.Peek().Units : rest;
                long units = Math.Abs(left) < Math.Abs(rest) ? left : rest;
                yield return (line.Id, open.Peek().Id, units);
                (left, rest) = (left - units, rest - units);
                if (rest == 0)
                {
                    open.Dequeue();
                }
            }
        }
    }

    private static Task Write(Work work, (long Line, long Voucher, long Units)[] pairs, CancellationToken ct) =>
        work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at)
            select {work.Book}, p.line, p.voucher, p.units, {work.ActorId}, {work.Now.ToDateTimeUtc()}
              from unnest({pairs.Select(pair => pair.Line).ToArray()}, {pairs.Select(pair => pair.Voucher).ToArray()},
                          {pairs.Select(pair => pair.Units).ToArray()}) p(line, voucher, units)
            """, ct);

    private sealed record Left(long Id, long Units);
}
