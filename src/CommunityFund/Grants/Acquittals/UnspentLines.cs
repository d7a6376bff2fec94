using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>How unspent money is booked when it comes.</summary>
internal static class UnspentLines
{
    /// <summary>Off the advances that are open, of the fund drawn last first.</summary>
    public static async Task<IReadOnlyList<ExpectedLine>> OfAdvance(
        Work work, Chart chart, Tranche tranche, GrantAward award, long payee, long units, CancellationToken ct)
    {
        List<ExpectedLine> lines = [];
        foreach (TrancheFund row in await Funds(work, tranche, ct))
        {
            long part = Math.Min(units, row.Advance);
            units -= part;
            if (part > 0)
            {
                lines.Add(new ExpectedLine(chart[AcquittalEntry.AdvanceAccount], await work.FundById(row.FundId, ct), Side.Credit, Amount.Fen(part),
                    CashFlow.OtherReceived, new Tags(Project: award.ProjectId, Counterparty: payee)));
            }
        }

        return lines;
    }

    /// <summary>Off the expense: what was unrestricted first, for it was drawn last; what restricted gifts bore goes back to them. Under the
    /// standard of 2004 its release is undone in red when the money comes, for that depends on the day (rulings 17).</summary>
    public static async Task<IReadOnlyList<ExpectedLine>> OfExpense(
        Work work, Chart chart, Tranche tranche, GrantAward award, long units, CancellationToken ct)
    {
        Account cost = chart[Account.Keys.ProgrammeCost];
        Tags tags = await Project.Tagged(work, null, award.ProjectId, ct);
        List<ExpectedLine> lines = [];
        foreach (TrancheFund row in await Funds(work, tranche, ct))
        {
            Fund fund = await work.FundById(row.FundId, ct);
            long part = Math.Min(units, row.Acquitted), restricted = await Bound(work, row, award.ProjectId, part, ct);
            units -= part;
            void Off(long less, Restriction restriction)
            {
                if (less > 0)
                {
                    lines.Add(new ExpectedLine(cost, fund, Side.Credit, Amount.Fen(less), CashFlow.OtherReceived,
                        tags with { Restriction = cost.NeedsRestriction ? restriction : null }));
                }
            }

            if (cost.NeedsRestriction)
            {
                Off(part - restricted, Restriction.Unrestricted);
                Off(restricted, Restriction.Restricted);
                continue;
            }

            Off(part, Restriction.Unrestricted);
        }

        return lines;
    }

    /// <summary>Binds again what the gifts had released for what comes back, where expenses carry no restriction.</summary>
    public static async Task Bind(Work work, EntryDraft draft, Chart chart, Tranche tranche, long expectation, LocalDate day, CancellationToken ct)
    {
        if (chart[Account.Keys.ProgrammeCost].NeedsRestriction)
        {
            return;
        }

        long project = await work.Db.Set<GrantAward>().Where(row => row.BookId == work.Book && row.GrantId == tranche.GrantId
            && row.AwardNo == tranche.AwardNo).Select(row => row.ProjectId).SingleAsync(ct);
        Tags tags = await Project.Tagged(work, null, project, ct);
        List<FundUnits> off = await work.Db.Database.SqlQuery<FundUnits>(
            $"""
            select l.fund_id as "Fund", sum(l.units)::bigint as "Units" from expectation_line l join account a using (book_id, account_id)
             where l.book_id = {work.Book} and l.expectation_id = {expectation} and a.key = 'programme-cost' group by l.fund_id
            """).ToListAsync(ct);
        foreach (TrancheFund row in await Funds(work, tranche, ct))
        {
            long units = off.Find(part => part.Fund == row.FundId)?.Units ?? 0;
            if (units > 0 && await Bound(work, row, project, units, ct) is > 0 and var bound)
            {
                await RedRelease.Write(work, chart, draft, await work.FundById(row.FundId, ct), project, Amount.Fen(bound), day, tags, ct);
            }
        }
    }

    /// <summary>Enters what came back beside its voucher, or takes that back. An expense is less by what came back of it.</summary>
    public static async Task Note(Work work, Tranche tranche, GrantReturn row, long voucher, int sign, CancellationToken ct)
    {
        IReadOnlyList<FundUnits> expected = await work.Db.Database.SqlQuery<FundUnits>(
            $"""
            select l.fund_id as "Fund", sum(l.units)::bigint as "Units" from expectation_line l join account a using (book_id, account_id)
             where l.book_id = {work.Book} and l.expectation_id = {row.ExpectationId} and a.key in ('project-advances', 'programme-cost')
             group by l.fund_id order by l.fund_id
            """).ToListAsync(ct);
        bool isExpense = !await work.Db.Database.SqlQuery<bool>(
            $"""
            select exists (select 1 from expectation_line l join account a using (book_id, account_id)
                            where l.book_id = {work.Book} and l.expectation_id = {row.ExpectationId} and a.key = 'project-advances') as "Value"
            """).SingleAsync(ct);
        LocalDate day = await AdvanceLines.DayOf(work, voucher, ct);
        FundUnits[] parts = [.. expected.Select(part => part with { Units = sign * part.Units })];
        FundUnits[] less = isExpense ? [.. parts.Select(part => part with { Units = -part.Units })] : [];

        // What is taken away comes first, for no sum may fall below nothing on the way.
        foreach ((MoneyMove move, FundUnits[] of) in sign > 0 ? [(MoneyMove.Acquitted, less), (MoneyMove.Returned, parts)]
            : new[] { (MoneyMove.Returned, parts), (MoneyMove.Acquitted, less) })
        {
            await MoneyRegister.Note(work, tranche.GrantId, tranche.TrancheId, move, of, voucher, day, ct);
        }
    }

    private static Task<List<TrancheFund>> Funds(Work work, Tranche tranche, CancellationToken ct) => work.Db.Set<TrancheFund>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId).OrderByDescending(row => row.Place).ToListAsync(ct);

    /// <summary>What of so much goes back to restricted gifts: what is left once unrestricted money has all of its own back.</summary>
    private static async Task<long> Bound(Work work, TrancheFund row, long project, long units, CancellationToken ct) =>
        Math.Max(0, units - Math.Max(0, row.Acquitted - await Restricted(work, project, row.FundId, ct)));

    /// <summary>What restricted gifts of the fund have borne of the grant and do not have back.</summary>
    private static Task<long> Restricted(Work work, long project, int fund, CancellationToken ct) => work.Db.Database.SqlQuery<long>(
        $"""
        select coalesce(sum(o.units), 0)::bigint as "Value" from grant_lots_used({work.Book}, {project}) o
          join gift_lot g on g.book_id = {work.Book} and g.lot_id = o.lot_id and g.fund_id = {fund} and g.restriction = 'R'
        """).SingleAsync(ct);
}
