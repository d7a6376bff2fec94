using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>What a tranche has promised and will not pay.</summary>
/// <param name="IsUnasked">It was paid, and for less than was planned; else it was never paid.</param>
public sealed record UnpaidTranche(short No, TrancheState State, Amount Amount, bool IsUnasked);

/// <summary>Where the unspent money of a fund goes (慈善法 58).</summary>
/// <param name="Restricted">Goes back to the gifts that were reserved for the grant, for the same purpose.</param>
/// <param name="Free">Unrestricted money that the fund has again.</param>
/// <param name="Used">What of restricted gifts the grant has used.</param>
/// <param name="Released">What the books have released of them, or booked as restricted expense.</param>
/// <param name="Kept">What of the money lies on the foundation's shelf.</param>
public sealed record FundEnd(string Fund, Amount Awarded, Amount Spent, Amount Kept, Amount Restricted, Amount Free, Amount Used, Amount Released)
{
    public Amount Unspent => Restricted + Free;
}

/// <summary>What closing a grant gives up, and where each fund's unspent money goes.</summary>
public sealed record ClosingEnds(IReadOnlyList<UnpaidTranche> Tranches, IReadOnlyList<FundEnd> Funds)
{
    public Amount Amount => Amount.Fen(Tranches.Sum(row => row.Amount.Units));

    /// <summary>The fund whose books have not released what its restricted gifts gave.</summary>
    internal FundEnd? Unreleased => Funds.FirstOrDefault(row => row.Used != row.Released);

    internal static async Task<ClosingEnds> Of(Work work, long grant, CancellationToken ct)
    {
        List<Tranche> tranches = await work.Db.Set<Tranche>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant)
            .OrderBy(row => row.AwardNo).ThenBy(row => row.No).ToListAsync(ct);
        long[] ids = [.. tranches.Select(row => row.TrancheId)];
        ILookup<long, TrancheFund> parts = (await work.Db.Set<TrancheFund>().AsNoTracking().Where(row => row.BookId == work.Book
            && ids.Contains(row.TrancheId)).ToListAsync(ct)).ToLookup(row => row.TrancheId);
        List<UnpaidTranche> unpaid = [];
        foreach (Tranche row in tranches)
        {
            long left = parts[row.TrancheId].Sum(part => part.Planned - part.Cancelled - part.Paid);
            if (left > 0)
            {
                unpaid.Add(new UnpaidTranche(row.No, row.State, Amount.Fen(left), row.PaidOn is not null));
            }
        }

        return new ClosingEnds(unpaid, await Ends(work, grant, ct));
    }

    private static async Task<IReadOnlyList<FundEnd>> Ends(Work work, long grant, CancellationToken ct)
    {
        Dictionary<int, string> names = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => $"{fund.Code} {fund.Name}");
        long[] projects = await work.Db.Set<GrantAward>().Where(row => row.BookId == work.Book && row.GrantId == grant).Select(row => row.ProjectId)
            .Distinct().ToArrayAsync(ct);
        List<Sums> sums = await work.Db.Database.SqlQuery<Sums>(
            $"""
            select f.fund_id as "Fund", f.committed as "Awarded", f.acquitted + f.written_off as "Spent",
                   coalesce(u.units, 0)::bigint as "Used", coalesce(r.units, 0)::bigint as "Released", coalesce(k.units, 0)::bigint as "Kept",
                   coalesce(g.units, 0)::bigint as "Reserved"
              from grant_fund f
              left join (select g.fund_id, sum(o.units) as units from unnest({projects}) p(id)
                          cross join lateral grant_lots_used({work.Book}, p.id) o
                           join gift_lot g on g.book_id = {work.Book} and g.lot_id = o.lot_id and g.restriction = 'R' group by 1) u using (fund_id)
              left join (select l.fund_id, sum(signed(l.side, l.units)) as units
                           from posting l join account a using (book_id, account_id) join journal_entry j using (book_id, entry_no)
                           join voucher v on v.book_id = j.book_id and v.voucher_id = j.voucher_id
                          where l.book_id = {work.Book} and l.project_id = any ({projects}) and l.restriction = 'R' and l.commodity = 'CNY'
                            and a.class in ('income', 'expense', 'net-assets') and l.movement <> 'close'
                            and coalesce(v.bundle_id, v.voucher_id) in (
                              select coalesce(w.bundle_id, w.voucher_id) from grant_money m join voucher w using (book_id, voucher_id)
                               where m.book_id = {work.Book} and m.grant_id = {grant})
                          group by 1) r using (fund_id)
              left join (select s.fund_id, sum(m.units) as units from stock_paper p
                           join stock_move m on m.book_id = p.book_id and m.stock_paper_id = p.stock_paper_id and m.state = 'done'
                           join stock_lot s on s.book_id = m.book_id and s.stock_lot_id = m.stock_lot_id and s.stock_paper_id = p.stock_paper_id
                          where p.book_id = {work.Book} and p.project_id = any ({projects}) and p.kind = 'purchase' group by 1) k using (fund_id)
              left join (select w.fund_id, sum(x.units) as units from grant_lot x join gift_lot w using (book_id, lot_id)
                          where x.book_id = {work.Book} and x.grant_id = {grant} and w.restriction = 'R' group by 1) g using (fund_id)
             where f.book_id = {work.Book} and f.grant_id = {grant} and f.committed > 0
            """).ToListAsync(ct);
        return [.. sums.OrderBy(row => names[row.Fund], StringComparer.Ordinal).Select(row =>
        {
            long unspent = Math.Max(0, row.Awarded - row.Spent), bound = Math.Min(unspent, row.Reserved);
            return new FundEnd(names[row.Fund], Amount.Fen(row.Awarded), Amount.Fen(row.Spent - row.Kept), Amount.Fen(row.Kept), Amount.Fen(bound),
                Amount.Fen(unspent - bound), Amount.Fen(row.Used), Amount.Fen(row.Released));
        })];
    }

    private sealed record Sums(int Fund, long Awarded, long Spent, long Used, long Released, long Kept, long Reserved);
}
