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
    /// <summary>Splits an amount over what is still open of the tranche's advance.</summary>
    public static async Task<IReadOnlyList<AcquittedPart>> Split(Work work, Tranche tranche, long units, CancellationToken ct)
    {
        List<TrancheFund> funds = await work.Db.Set<TrancheFund>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId).OrderBy(row => row.Place).ToListAsync(ct);
        List<AcquittedPart> parts = [];
        foreach (TrancheFund row in funds.Where(row => row.Advance > 0).TakeWhile(_ => units > 0))
        {
            long part = Math.Min(units, row.Advance);
            parts.Add(new AcquittedPart(await work.FundById(row.FundId, ct), part, await Lots(work, tranche, row.FundId, part, ct)));
            units -= part;
        }

        return units == 0 ? parts : throw new RefusedException(SubmitAcquittal.BeyondAdvance, ("no", tranche.No),
            ("asked", Amount.Fen(units + parts.Sum(part => part.Units))), ("open", Amount.Fen(parts.Sum(part => part.Units))));
    }

    public static async Task<JournalEntry> Of(Work work, GrantAward award, string what, long payee, IReadOnlyList<AcquittedPart> parts, LocalDate day,
        CancellationToken ct)
    {
        Chart chart = await work.ChartOn(day, ct);
        Account cost = chart[Account.Keys.ProgrammeCost];
        Tags tags = await Project.Tagged(work, null, award.ProjectId, ct);
        EntryDraft draft = JournalEntry.On(day, what);
        foreach (AcquittedPart part in parts)
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

        foreach (AcquittedPart part in parts)
        {
            draft.Credit(chart[AdvanceAccount], part.Fund.Code, Amount.Fen(part.Units), new Tags(Project: award.ProjectId, Counterparty: payee));
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
