using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>What is claimed of a tranche in one fund, in fen.</summary>
/// <param name="Open">Advanced and not accounted for.</param>
/// <param name="Refused">Accepted, and found not to be allowed.</param>
internal sealed record ClaimedPart(long Tranche, int Fund, short Place, long Open, long Refused)
{
    public long Units => Open + Refused;
}

/// <summary>Whom a grant's money was paid to, and the project in the books.</summary>
internal sealed record GrantDebtor(long Project, long? Party)
{
    public static async Task<GrantDebtor> Of(Work work, long grant, CancellationToken ct)
    {
        long project = await work.Db.Set<GrantAward>().Where(row => row.BookId == work.Book && row.GrantId == grant)
            .OrderByDescending(row => row.AwardNo).Select(row => row.ProjectId).FirstAsync(ct);
        return new GrantDebtor(project, await PartyOf(work, grant, ct));
    }

    /// <summary>The payee named last.</summary>
    public static async Task<long?> PartyOf(Work work, long grant, CancellationToken ct) => (await work.Db.Database.SqlQuery<long>(
        $"""
        select a.payee_id as "Value" from grant_payee p join payee_account a using (book_id, payee_account_id)
         where p.book_id = {work.Book} and p.grant_id = {grant} order by p.no desc limit 1
        """).ToListAsync(ct)) is [long party] ? party : null;

    /// <summary>The dimensions of lines of advances and claims.</summary>
    public Tags Tags => new(Project: Project, Counterparty: Party);
}

/// <summary>What a demand comes to, and its lines (grants.md 5.2 move 23, T14; rulings 17-19).</summary>
internal static class DemandLines
{
    public const string Advances = "project-advances", Claims = "recovery-claims";

    /// <summary>What is open of an ended grant and everything that the panel found; of a grant that runs what was found, and what was carried to a
    /// tranche that is not to be paid any more. What was found falls on the funds that were drawn last (rulings 20).</summary>
    public static async Task<List<ClaimedPart>> Due(Work work, GrantCase grant, CancellationToken ct)
    {
        var money = await (
            from fund in work.Db.Set<TrancheFund>().AsNoTracking()
            join row in work.Db.Set<Tranche>() on new { fund.BookId, fund.TrancheId } equals new { row.BookId, row.TrancheId }
            where row.BookId == work.Book && row.GrantId == grant.GrantId
            orderby row.AwardNo, row.No, fund.Place
            select new { fund, row.State }).ToListAsync(ct);
        Dictionary<long, long> found = await work.Db.Set<GrantDisallowance>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
            && row.GrantDemandId == null).GroupBy(row => row.TrancheId)
            .ToDictionaryAsync(group => group.Key, group => group.Sum(row => row.Units), ct);
        List<ClaimedPart> parts = [];
        foreach (var (row, state) in money.AsEnumerable().Reverse().Select(each => (each.fund, each.State)))
        {
            long refused = Math.Min(row.Acquitted, found.GetValueOrDefault(row.TrancheId));
            found[row.TrancheId] = found.GetValueOrDefault(row.TrancheId) - refused;
            bool isOver = grant.State == GrantState.Terminated
                || state is TrancheState.Cancelled or TrancheState.Declined or TrancheState.Expired;
            long open = isOver ? row.Advance : 0;
            if (open + refused > 0)
            {
                parts.Add(new ClaimedPart(row.TrancheId, row.FundId, row.Place, open, refused));
            }
        }

        parts.Reverse();
        return parts;
    }

    public static async Task<bool> IsExpensed(Work work, GrantCase grant, CancellationToken ct) =>
        await work.Db.Set<GrantRound>().Where(row => row.BookId == work.Book && row.GrantRoundId == grant.GrantRoundId)
            .Select(row => row.Policy).SingleAsync(ct) == AdvancePolicy.ExpenseOnDisbursement;

    /// <summary>The entry: what was accepted goes back to the advance, and the advance becomes a claim; an expensed grant's cost becomes one.
    /// Restricted cost goes back to its restriction, in 2004 by a release in red.</summary>
    public static async Task<JournalEntry> Entry(Work work, GrantCase grant, GrantDemand demand, IReadOnlyList<ClaimedPart> parts, LocalDate day,
        CancellationToken ct)
    {
        Chart chart = await work.ChartOn(day, ct);
        GrantDebtor debtor = await GrantDebtor.Of(work, grant.GrantId, ct);
        bool isExpensed = await IsExpensed(work, grant, ct);
        EntryDraft draft = JournalEntry.On(day, $"追缴项目资金 {GrantDemand.CodeOf(grant, demand)}");
        foreach (var of in parts.GroupBy(part => part.Fund).OrderBy(of => of.Min(part => part.Place)))
        {
            Fund fund = await work.FundById(of.Key, ct);
            Amount refused = Amount.Fen(of.Sum(part => part.Refused)), all = Amount.Fen(of.Sum(part => part.Units));
            if (refused.IsPositive)
            {
                draft.Debit(chart[isExpensed ? Claims : Advances], fund.Code, refused, debtor.Tags);
                await Uncost(work, chart, draft, fund, debtor, refused, day, ct);
            }

            if (!isExpensed)
            {
                draft.Debit(chart[Claims], fund.Code, all, debtor.Tags).Credit(chart[Advances], fund.Code, all, debtor.Tags);
            }
        }

        return draft.Balanced();
    }

    // Restricted money was spent first, so unrestricted money is the last that was drawn, and comes back first.
    private static async Task Uncost(Work work, Chart chart, EntryDraft draft, Fund fund, GrantDebtor debtor, Amount refused, LocalDate day,
        CancellationToken ct)
    {
        Account cost = chart[Account.Keys.ProgrammeCost];
        Spent spent = await Spent.Of(work, debtor.Project, fund.FundId, ct);
        Amount free = Amount.Fen(Math.Clamp(spent.Cost - spent.Restricted, 0, refused.Units)), bound = refused - free;
        Tags tags = new(Project: debtor.Project);
        if (!cost.NeedsRestriction)
        {
            draft.Credit(cost, fund.Code, refused, tags);
            if (bound.IsPositive)
            {
                await RedRelease.Write(work, chart, draft, fund, debtor.Project, bound, day, tags, ct);
            }

            return;
        }

        if (bound.IsPositive)
        {
            draft.Credit(cost, fund.Code, bound, tags with { Restriction = Restriction.Restricted });
        }

        if (free.IsPositive)
        {
            draft.Credit(cost, fund.Code, free, tags with { Restriction = Restriction.Unrestricted });
        }
    }

    /// <summary>The cost of what is accepted after all, with the gifts that were kept for the grant.</summary>
    public static async Task<IReadOnlyList<LotDraw>> Cost(Work work, Chart chart, EntryDraft draft, Fund fund, long grant, GrantDebtor debtor,
        Amount amount, LocalDate day, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {fund.FundId} for no key update", ct);
        List<LotDraw> lots = [];
        long left = amount.Units;
        foreach (var lot in await (
            from row in work.Db.Set<GrantLot>().AsNoTracking()
            join gift in work.Db.Set<GiftLot>() on new { row.BookId, row.LotId } equals new { gift.BookId, gift.LotId }
            where row.BookId == work.Book && row.GrantId == grant && gift.FundId == fund.FundId && row.Units > 0
            orderby gift.ReceivedOn, gift.LotId
            select new { row.LotId, row.Units }).ToListAsync(ct))
        {
            long part = Math.Min(left, lot.Units);
            left -= part;
            if (part > 0)
            {
                lots.Add(new LotDraw(lot.LotId, Amount.Fen(part), Spends: true));
            }
        }

        Account cost = chart[Account.Keys.ProgrammeCost];
        Amount bound = fund.DefaultRestriction == Restriction.Restricted ? amount : Amount.Fen(amount.Units - left), free = amount - bound;
        Tags tags = new(Project: debtor.Project);
        if (!cost.NeedsRestriction)
        {
            draft.Debit(cost, fund.Code, amount, tags);
            if (bound.IsPositive)
            {
                await NamedLots.Release(work, chart, draft, fund, lots, bound, day, ct, tags);
            }

            return lots;
        }

        if (bound.IsPositive)
        {
            draft.Debit(cost, fund.Code, bound, tags with { Restriction = Restriction.Restricted });
        }

        if (free.IsPositive)
        {
            draft.Debit(cost, fund.Code, free, tags with { Restriction = Restriction.Unrestricted });
        }

        return lots;
    }

    /// <summary>What a project cost a fund so far, and how much of it restricted money bore.</summary>
    private sealed record Spent(long Cost, long Restricted)
    {
        public static Task<Spent> Of(Work work, long project, int fund, CancellationToken ct) => work.Db.Database.SqlQuery<Spent>(
            $"""
            select coalesce(sum(signed(l.side, l.units)) filter (where a.class = 'expense'), 0)::bigint as "Cost",
                   coalesce(sum(signed(l.side, l.units)) filter (where l.restriction = 'R'), 0)::bigint as "Restricted"
              from voucher_line l join voucher v using (book_id, voucher_id) join account a using (book_id, account_id)
             where l.book_id = {work.Book} and l.project_id = {project} and l.fund_id = {fund} and v.state = 'posted' and l.movement <> 'close'
               and l.commodity = 'CNY' and a.class in ('expense', 'income', 'net-assets')
            """).SingleAsync(ct);
    }
}
