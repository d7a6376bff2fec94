using CommunityFund.Books;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>What a part of a grant's money did.</summary>
/// <param name="Cancelled">Promised and given up.</param>
/// <param name="Carried">Carried in from the tranche before, less what was carried on.</param>
public sealed record AuditSum(
    Amount Planned, Amount Cancelled, Amount Paid, Amount Acquitted, Amount Returned, Amount Carried, Amount Demanded)
{
    /// <summary>Paid and accounted for by nothing.</summary>
    public Amount Left => Paid + Carried - Acquitted - Returned - Demanded;

    internal static AuditSum Of(long planned, long cancelled, long paid, long acquitted, long returned, long carried, long demanded) => new(
        Amount.Fen(planned), Amount.Fen(cancelled), Amount.Fen(paid), Amount.Fen(acquitted), Amount.Fen(returned), Amount.Fen(carried),
        Amount.Fen(demanded));

    internal static AuditSum Total(IEnumerable<AuditSum> rows) => rows.Aggregate(Of(0, 0, 0, 0, 0, 0, 0), (sum, row) => new AuditSum(
        sum.Planned + row.Planned, sum.Cancelled + row.Cancelled, sum.Paid + row.Paid, sum.Acquitted + row.Acquitted,
        sum.Returned + row.Returned, sum.Carried + row.Carried, sum.Demanded + row.Demanded));
}

/// <summary>A tranche in the audit table.</summary>
public sealed record AuditTranche(short No, TrancheState State, AuditSum Sum);

/// <summary>A fund in the audit table.</summary>
/// <param name="Booked">What the books say is advanced and open.</param>
public sealed record AuditFund(string Fund, AuditSum Sum, Amount Booked);

/// <summary>A line of the budget in the audit table.</summary>
/// <param name="Spent">Null where accounts name no lines.</param>
public sealed record AuditLine(short No, string What, Amount Budget, Amount? Spent);

/// <summary>What is compared in an audit table.</summary>
public enum AuditCheck
{
    /// <summary>Advanced against acquitted and returned.</summary>
    Accounted,

    /// <summary>Tranches against funds.</summary>
    Tranches,

    /// <summary>The register against the books.</summary>
    Books,

    /// <summary>Lines of the budget against what was acquitted.</summary>
    Lines,

    /// <summary>What restricted gifts gave against what was released of them, or booked as restricted expense.</summary>
    Released,
}

/// <summary>A comparison that does not come out.</summary>
public sealed record AuditDifference(AuditCheck Check, Amount Units);

/// <summary>财务审计表: generated from the register of the grant's money and the books, nothing typed.</summary>
public sealed record AuditTable(
    IReadOnlyList<AuditTranche> Tranches, IReadOnlyList<AuditFund> Funds, IReadOnlyList<AuditLine> Lines, AuditSum Total, Amount Claimed,
    IReadOnlyList<AuditDifference> Differences, ClosingEnds Ends)
{
    internal static async Task<AuditTable> Of(Work work, GrantCase grant, CancellationToken ct)
    {
        List<Tranche> tranches = await work.Db.Set<Tranche>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId)
            .OrderBy(row => row.AwardNo).ThenBy(row => row.No).ToListAsync(ct);
        long[] ids = [.. tranches.Select(row => row.TrancheId)];
        ILookup<long, TrancheFund> parts = (await work.Db.Set<TrancheFund>().AsNoTracking().Where(row => row.BookId == work.Book
            && ids.Contains(row.TrancheId)).ToListAsync(ct)).ToLookup(row => row.TrancheId);
        List<GrantFund> money = await work.Db.Set<GrantFund>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantId == grant.GrantId).ToListAsync(ct);
        Dictionary<int, long> booked = await Booked(work, grant.GrantId, ct);
        Dictionary<int, string> names = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => $"{fund.Code} {fund.Name}");
        AuditTranche[] byTranche = [.. tranches.Select(row => new AuditTranche(row.No, row.State, AuditSum.Total(
            parts[row.TrancheId].Select(part => AuditSum.Of(part.Planned, part.Cancelled, part.Paid, part.Acquitted, part.Returned, part.Carried,
                part.Demanded)))))];
        AuditFund[] byFund = [.. money.OrderBy(row => names[row.FundId], StringComparer.Ordinal).Select(row => new AuditFund(names[row.FundId],
            AuditSum.Of(row.Committed, row.Cancelled, row.Paid, row.Acquitted, row.Returned, 0, row.Demanded),
            Amount.Fen(booked.GetValueOrDefault(row.FundId))))];
        IReadOnlyDictionary<short, long>? spent = await SpentByLine.Of(work, grant.GrantId, ct);
        AuditLine[] lines = [.. (await AgreedBudget.Now(work, grant.GrantId, ct)).Select(row => new AuditLine(row.No, row.What, row.Amount,
            spent is null ? null : Amount.Fen(spent.GetValueOrDefault(row.No))))];
        AuditSum total = AuditSum.Total(byFund.Select(row => row.Sum));
        long cut = await (
            from row in work.Db.Set<GrantDemandCut>().AsNoTracking()
            join demand in work.Db.Set<GrantDemand>() on new { row.BookId, row.GrantDemandId } equals new { demand.BookId, demand.GrantDemandId }
            where row.BookId == work.Book && demand.GrantId == grant.GrantId && row.State == CutState.Stands
            select row.Units).SumAsync(ct);
        Amount claimed = Amount.Fen(money.Sum(row => row.Demanded - row.Recovered - row.WrittenOff));
        ClosingEnds ends = await ClosingEnds.Of(work, grant.GrantId, ct);
        return new AuditTable(byTranche, byFund, lines, total, claimed, [.. Compare(byTranche, byFund, lines, total, cut, ends)], ends);
    }

    private static IEnumerable<AuditDifference> Compare(AuditTranche[] tranches, AuditFund[] funds, AuditLine[] lines, AuditSum total,
        long cut, ClosingEnds ends)
    {
        AuditSum planned = AuditSum.Total(tranches.Select(row => row.Sum));
        Amount elsewhere = new[]
        {
            planned.Paid - total.Paid, planned.Acquitted - total.Acquitted, planned.Returned - total.Returned, planned.Carried,
        }.FirstOrDefault(each => !each.IsZero) ?? Amount.Fen(0);
        Amount unbooked = funds.Select(row => row.Sum.Left - row.Booked).FirstOrDefault(each => !each.IsZero) ?? Amount.Fen(0);

        // What the panel disallowed was accepted on its line once: lines may say more than is left of them, and less only by what a resolution
        // accepted of a claim, which names no line.
        long missing = lines.Any(row => row.Spent is not null) ? total.Acquitted.Units - lines.Sum(row => row.Spent?.Units ?? 0) - cut : 0;
        Amount unlined = Amount.Fen(Math.Max(0, missing));
        AuditDifference[] all =
        [
            new(AuditCheck.Accounted, total.Left), new(AuditCheck.Tranches, elsewhere), new(AuditCheck.Books, unbooked),
            new(AuditCheck.Lines, unlined),
            new(AuditCheck.Released, ends.Unreleased is { } fund ? fund.Used - fund.Released : Amount.Fen(0)),
        ];
        return all.Where(each => !each.Units.IsZero);
    }

    /// <summary>What stands on the account of advances for the grant's projects, by fund.</summary>
    private static async Task<Dictionary<int, long>> Booked(Work work, long grant, CancellationToken ct)
    {
        long[] projects = await work.Db.Set<GrantAward>().Where(row => row.BookId == work.Book && row.GrantId == grant)
            .Select(row => row.ProjectId).Distinct().ToArrayAsync(ct);
        var sums = await (from line in work.Db.Postings.AsNoTracking()
                          join account in work.Db.Accounts on new { line.BookId, line.AccountId } equals new { account.BookId, account.AccountId }
                          where line.BookId == work.Book && account.Key == "project-advances" && line.ProjectId != null
                              && projects.Contains(line.ProjectId.Value)
                          group line by line.FundId into part
                          select new { part.Key, Units = part.Sum(line => line.Side == Side.Debit ? line.Units : -line.Units) }).ToListAsync(ct);
        return sums.ToDictionary(row => row.Key, row => row.Units);
    }
}
