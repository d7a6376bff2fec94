using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Money;

/// <summary>What was released under the standard of 2004 and comes back is bound again, in red (rulings 17): a gift of the same month on its own
/// income account, where its release stands; an earlier one in net assets.</summary>
internal static class RedRelease
{
    /// <summary>Takes back so much of what a grant's gifts of a fund have released, in the order in which the database gives it back to them: what
    /// was used last first.</summary>
    /// <param name="tags">Class and project.</param>
    public static async Task Write(Work work, Chart chart, EntryDraft draft, Fund fund, long project, Amount amount, LocalDate day, Tags tags,
        CancellationToken ct)
    {
        List<Used> lots = await work.Db.Database.SqlQuery<Used>(
            $"""
            select g.lot_id as "Lot", give_back_to_grant(g, o.units) as "Units" from grant_lots_used({work.Book}, {project}) o
              join gift_lot g on g.book_id = {work.Book} and g.lot_id = o.lot_id
             where g.fund_id = {fund.FundId} and g.restriction = 'R' and g.used > 0 and not gift_is_undone(g)
             order by o.last desc, g.received_on desc, g.lot_id desc
            """).ToListAsync(ct);
        long[] ids = [.. lots.Select(lot => lot.Lot)];
        var came = await (
            from lot in work.Db.Set<GiftLot>().AsNoTracking()
            join line in work.Db.Postings on new { lot.BookId, lot.EntryNo, lot.LineNo } equals new { line.BookId, line.EntryNo, line.LineNo }
            where lot.BookId == work.Book && ids.Contains(lot.LotId)
            select new { lot.LotId, line.AccountId, line.Period }).ToDictionaryAsync(lot => lot.LotId, ct);
        Account restricted = chart[Account.Keys.RestrictedNetAssets];
        Dictionary<Account, long> parts = [];
        long left = amount.Units;
        foreach (Used lot in lots)
        {
            long part = Math.Min(left, lot.Units);
            if (part > 0)
            {
                Account source = chart.ById(came[lot.Lot].AccountId).Account is { Class: AccountClass.Income } income
                    && came[lot.Lot].Period == AccountingPeriod.Of(day) ? income : restricted;
                parts[source] = parts.GetValueOrDefault(source) + part;
                left -= part;
            }
        }

        if (left > 0)
        {
            parts[restricted] = parts.GetValueOrDefault(restricted) + left;
        }

        foreach ((Account source, long units) in parts)
        {
            bool isIncome = source.Class == AccountClass.Income;
            Tags bound = tags with { Restriction = Restriction.Restricted, Movement = isIncome ? MovementKind.Ordinary : MovementKind.Release };
            draft.RedDebit(source, fund.Code, Amount.Fen(units), bound).RedCredit(isIncome ? source : chart[Account.Keys.UnrestrictedNetAssets],
                fund.Code, Amount.Fen(units), bound with { Restriction = Restriction.Unrestricted });
        }
    }

    private sealed record Used(long Lot, long Units);
}
