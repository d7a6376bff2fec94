using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>
/// Where expenses carry no restriction (the standard of 2004), what they use of restricted gifts is freed as it is used
/// (rulings 16): a gift of the same month on its own income account, an earlier one in net assets. Lots go first in, first
/// out, as the database will reserve them.
/// </summary>
internal static class ReleaseAsUsed
{
    /// <param name="what">Class and project of the expense: only gifts whose clauses allow them are used.</param>
    /// <param name="named">What the same voucher takes of gifts that it names.</param>
    public static async Task Write(Work work, Chart chart, EntryDraft draft, Fund fund, Amount amount, LocalDate day,
        CancellationToken ct, Tags? what = null, IReadOnlyList<LotDraw>? named = null)
    {
        // Locked until the voucher is written, so that no other takes these lots meanwhile.
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {fund.FundId} for no key update", ct);
        foreach (var (source, units) in await Used(work, chart, fund, amount.Units, day, what, named ?? [], ct))
        {
            bool isIncome = source.Class == AccountClass.Income;
            MovementKind movement = isIncome ? MovementKind.Ordinary : MovementKind.Release;
            Account target = isIncome ? source : chart[Account.Keys.UnrestrictedNetAssets];
            Tags freed = new(Restriction.Restricted, Movement: movement, ProjectClass: what?.ProjectClass, Project: what?.Project);
            draft.Debit(source, fund.Code, Amount.Fen(units), freed)
                .Credit(target, fund.Code, Amount.Fen(units), freed with { Restriction = Restriction.Unrestricted });
        }
    }

    private static async Task<Dictionary<Account, long>> Used(
        Work work, Chart chart, Fund fund, long units, LocalDate day, Tags? what, IReadOnlyList<LotDraw> named, CancellationToken ct)
    {
        Account netAssets = chart[Account.Keys.RestrictedNetAssets];
        var lots = await (from lot in work.Db.Set<GiftLot>().AsNoTracking()
                          join line in work.Db.Postings on new { lot.BookId, lot.EntryNo, lot.LineNo } equals new
                          {
                              line.BookId,
                              line.EntryNo,
                              line.LineNo
                          }
                          where lot.BookId == work.Book && lot.FundId == fund.FundId
                              && lot.Restriction == Restriction.Restricted && lot.Used + lot.Reserved < lot.Units
                          orderby lot.InGoods, lot.ReceivedOn, lot.LotId
                          select new { lot.LotId, Free = lot.Units - lot.Used - lot.Reserved, line.AccountId, line.Period }).ToListAsync(ct);
        Dictionary<long, long> kept = await Serving(work, fund, day, what, ct);
        Dictionary<Account, long> used = [];
        foreach (var lot in lots.Where(lot => kept.ContainsKey(lot.LotId)).TakeWhile(_ => units > 0))
        {
            Account source = chart.ById(lot.AccountId).Account is { Class: AccountClass.Income } income
                && lot.Period == AccountingPeriod.Of(day)
                ? income
                : netAssets;
            long part = Math.Min(units, lot.Free - kept[lot.LotId] - named.Where(draw => draw.Lot == lot.LotId).Sum(draw => draw.Amount.Units));
            if (part <= 0)
            {
                continue;
            }

            used[source] = used.GetValueOrDefault(source) + part;
            units -= part;
        }

        if (units > 0)
        {
            // More than there is: the database refuses it and tells by how much.
            used[netAssets] = used.GetValueOrDefault(netAssets) + units;
        }

        return used;
    }

    /// <summary>Gifts whose clauses allow it, with what of each keeps its agreement's principal; of others the database takes nothing.</summary>
    private static async Task<Dictionary<long, long>> Serving(Work work, Fund fund, LocalDate day, Tags? what, CancellationToken ct)
    {
        DateOnly on = new(day.Year, day.Month, day.Day);
        long? project = what?.Project;
        string kind = what?.ProjectClass ?? await work.Db.Set<Project>()
            .Where(row => row.BookId == work.Book && row.ProjectId == project).Select(row => row.ProjectClass).FirstOrDefaultAsync(ct) ?? "";
        return (await work.Db.Database.SqlQuery<Kept>(
            $"""
            select lot_id as "Lot", lot_kept(book_id, lot_id) as "Units" from gift_lot
             where book_id = {work.Book} and fund_id = {fund.FundId} and restriction = 'R' and used + reserved < units
               and lot_serves({work.Book}, lot_id, {on}, {kind}, {project})
            """).ToListAsync(ct)).ToDictionary(row => row.Lot, row => row.Units);
    }

    private sealed record Kept(long Lot, long Units);
}
