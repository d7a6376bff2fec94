using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>What a fund bears of an acquittal.</summary>
/// <param name="Lots">The gifts reserved for the grant that pay for it, the oldest first; the rest of the amount is unrestricted.</param>
internal sealed record AcquittedPart(Fund Fund, long Units, IReadOnlyList<LotDraw> Lots)
{
    public long Restricted => Lots.Sum(lot => lot.Amount.Units);
}

/// <summary>
/// The entry that makes an advance an expense (rulings 17): funds in the order in which they pay, gifts reserved for the grant first. Since 2026 the
/// expense itself is restricted; before, it is not, and what it uses of restricted gifts is released beside it.
/// </summary>
internal static class AcquittalEntry
{
    /// <summary>Splits an amount over what is still open of the tranche's advance, and is not on its way back.</summary>
    public static async Task<IReadOnlyList<AcquittedPart>> Split(Work work, Tranche tranche, long units, CancellationToken ct)
    {
        List<TrancheFund> funds = await work.Db.Set<TrancheFund>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId).OrderBy(row => row.Place).ToListAsync(ct);
        List<AcquittedPart> parts = [];
        Dictionary<int, long> back = await GrantReturn.AnnouncedByFund(work, tranche.TrancheId, ct);
        foreach (TrancheFund row in funds.Where(row => row.Advance > back.GetValueOrDefault(row.FundId)).TakeWhile(_ => units > 0))
        {
            long part = Math.Min(units, row.Advance - back.GetValueOrDefault(row.FundId));
            parts.Add(new AcquittedPart(await work.FundById(row.FundId, ct), part, await Lots(work, tranche, row.FundId, part, ct)));
            units -= part;
        }

        return units == 0 ? parts : throw new RefusedException(SubmitAcquittal.BeyondAdvance, ("no", tranche.No),
            ("asked", Amount.Fen(units + parts.Sum(part => part.Units))), ("open", Amount.Fen(parts.Sum(part => part.Units))));
    }

    /// <summary>What is left of the parts for cost once goods took theirs; the goods have taken over their gifts by now.</summary>
    public static async Task<IReadOnlyList<AcquittedPart>> Without(Work work, Tranche tranche, IReadOnlyList<AcquittedPart> parts,
        IReadOnlyList<KeptShare> kept, CancellationToken ct)
    {
        List<AcquittedPart> rest = [];
        foreach (AcquittedPart part in parts)
        {
            long units = part.Units - kept.Where(share => share.Fund.FundId == part.Fund.FundId).Sum(share => share.Units);
            rest.Add(new AcquittedPart(part.Fund, units, await Lots(work, tranche, part.Fund.FundId, units, ct)));
        }

        return rest;
    }

    /// <param name="parts">What becomes cost.</param>
    /// <param name="kept">What becomes 存货.</param>
    public static async Task<JournalEntry> Of(Work work, GrantAward award, string what, long payee, IReadOnlyList<AcquittedPart> parts,
        IReadOnlyList<KeptShare> kept, LocalDate day, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(day, ct);
        Account cost = chart[Account.Keys.ProgrammeCost];
        Tags tags = await Project.Tagged(work, null, award.ProjectId, ct);
        EntryDraft draft = JournalEntry.On(day, what);
        foreach (AcquittedPart part in parts.Where(part => part.Units > 0))
        {
            string fund = part.Fund.Code;
            if (!cost.NeedsRestriction)
            {
                draft.Debit(cost, fund, Amount.Fen(part.Units), tags);
            }
            else
            {
                draft = part.Restricted > 0 ? draft.Debit(cost, fund, Amount.Fen(part.Restricted), tags with { Restriction = Restriction.Restricted })
                    : draft;
                draft = part.Units > part.Restricted
                    ? draft.Debit(cost, fund, Amount.Fen(part.Units - part.Restricted), tags with { Restriction = Restriction.Unrestricted }) : draft;
            }
        }

        foreach (var goods in kept.GroupBy(share => share.Fund))
        {
            draft.Debit(chart.Part(GoodsOnShelf.AccountKey, "采购", "兑换").Account, goods.Key.Code, Amount.Fen(goods.Sum(share => share.Units)),
                new Tags(Project: award.ProjectId));
        }

        foreach (AcquittedPart part in parts)
        {
            long all = part.Units + kept.Where(share => share.Fund.FundId == part.Fund.FundId).Sum(share => share.Units);
            draft.Credit(chart[AdvanceAccount], part.Fund.Code, Amount.Fen(all), new Tags(Project: award.ProjectId, Counterparty: payee));
        }

        foreach (AcquittedPart part in parts.Where(part => part.Restricted > 0 && !cost.NeedsRestriction))
        {
            await NamedLots.Release(work, chart, draft, part.Fund, part.Lots, Amount.Fen(part.Restricted), day, ct, tags);
        }

        return draft.Balanced();
    }

    /// <summary>112201 项目预拨.</summary>
    internal const string AdvanceAccount = "project-advances";

    /// <summary>Whom the grant is paid to, as its advances say.</summary>
    internal static async Task<long> Payee(Work work, long grant, CancellationToken ct) => await work.Db.Database.SqlQuery<long>(
        $"""
        select a.payee_id as "Value" from grant_payee p join payee_account a using (book_id, payee_account_id)
         where p.book_id = {work.Book} and p.grant_id = {grant} order by p.no desc limit 1
        """).SingleAsync(ct);

    // The fund is locked until the voucher is written, so that what is reserved stays reserved meanwhile.
    private static async Task<IReadOnlyList<LotDraw>> Lots(Work work, Tranche tranche, int fund, long units, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {fund} for no key update", ct);
        var reserved = await (
            from row in work.Db.Set<GrantLot>().AsNoTracking()
            join lot in work.Db.Set<GiftLot>().AsNoTracking() on new { row.BookId, row.LotId } equals new { lot.BookId, lot.LotId }
            where row.BookId == work.Book && row.GrantId == tranche.GrantId && row.AwardNo == tranche.AwardNo && lot.FundId == fund && row.Units > 0
            orderby lot.ReceivedOn, lot.LotId
            select new { row.LotId, row.Units }).ToListAsync(ct);
        List<LotDraw> draws = [];
        foreach (var lot in reserved.TakeWhile(_ => units > 0))
        {
            long part = Math.Min(units, lot.Units);
            draws.Add(new LotDraw(lot.LotId, Amount.Fen(part), Spends: true));
            units -= part;
        }

        return draws;
    }
}
