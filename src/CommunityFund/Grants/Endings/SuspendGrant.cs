using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>暂停: the desk stops a grant for a cause; its unpaid tranches are held with it, and the suspension is looked at every thirty days.
/// </summary>
public sealed record SuspendGrant(Guid Key, long Grant, int Version, SuspensionCause Cause, string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.Suspend, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        Suspension.Begin(work, Grant, Version, GrantMove.Suspend, Cause, Reason, ct);
}

/// <summary>监审组暂停, at once; only the panel ends it.</summary>
public sealed record SuspendByPanel(Guid Key, long Grant, int Version, SuspensionCause Cause, string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.SuspendByPanel, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        Suspension.Begin(work, Grant, Version, GrantMove.SuspendByPanel, Cause, Reason, ct);
}

/// <summary>The calendar suspends grants whose report is more than fifteen days late.</summary>
public sealed record SuspendLateGrants(Guid Key) : Command<int>(Key)
{
    // What is left comes with the next hour.
    private const int AtOnce = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    /// <returns>How many were suspended.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        LocalDate before = work.Today.PlusDays(-EndingNeeds.LateDays);
        List<long> late = await (
            from grant in work.Db.Set<GrantCase>().AsNoTracking()
            where grant.BookId == work.Book && grant.State == GrantState.Active && work.Db.Set<Tranche>().Any(row => row.BookId == grant.BookId
                && row.GrantId == grant.GrantId && row.ReportDueOn < before && (row.State == TrancheState.Paid
                    || row.State == TrancheState.AwaitingAcquittal || row.State == TrancheState.PartlyAcquitted))
            orderby grant.GrantId
            select grant.GrantId).Take(AtOnce).ToListAsync(ct);
        foreach (long grant in late)
        {
            GrantCase row = await GrantCase.Lock(work, grant, ct);
            await work.Db.Entry(row).ReloadAsync(ct);
            if (row.State == GrantState.Active)
            {
                await Suspension.Begin(work, grant, row.StateVersion, GrantMove.SuspendOverdue, SuspensionCause.LateReport, "", ct);
            }
        }

        return late.Count;
    }
}

/// <summary>恢复执行: what the suspension was for is cured; the reason says how that is known.</summary>
public sealed record ResumeGrant(Guid Key, long Grant, int Version, string Cure) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.Resume, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => Suspension.End(work, Grant, Version, GrantMove.Resume, Cure, ct);
}

/// <summary>监审组恢复执行.</summary>
public sealed record ResumeByPanel(Guid Key, long Grant, int Version, string Cure) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.ResumeByPanel, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        Suspension.End(work, Grant, Version, GrantMove.ResumeByPanel, Cure, ct);
}

/// <summary>What every suspension and every resumption does beside the grant's own move.</summary>
internal static class Suspension
{
    public static Task<GrantMoved> Begin(Work work, long grant, int version, GrantMove move, SuspensionCause cause, string reason,
        CancellationToken ct) => GrantMoves.Make(work, grant, version, move, reason, "", ct, async (row, facts, _) =>
        {
            work.Db.Add(new GrantSuspension
            {
                BookId = work.Book,
                GrantId = grant,
                StateVersion = row.StateVersion + 1,
                Cause = cause,
                ReviewOn = facts.Today.PlusDays(EndingNeeds.ReviewDays),
            });
            await work.Db.SaveChangesAsync(ct);
            foreach (Tranche tranche in await Tranche.LockAll(work, grant, ct))
            {
                // What is with the bank already cannot be held; the payment desk sees the bank's answer first.
                if (TrancheLife.Table.Find(tranche.State, TrancheMove.HoldWithGrant) is { } rule
                    && rule.WhyNot(await TrancheFacts.Of(work, tranche, ct)) is null)
                {
                    await TrancheMoves.Follow(work, tranche, TrancheMove.HoldWithGrant, ct, reason);
                }
            }

            return [];
        }, facts => facts.Today.PlusDays(EndingNeeds.ReviewDays));

    public static async Task<GrantMoved> End(Work work, long grant, int version, GrantMove move, string cure, CancellationToken ct)
    {
        GrantMoved moved = await GrantMoves.Make(work, grant, version, move, cure, "", ct);
        if (moved.Happened)
        {
            foreach (Tranche tranche in (await Tranche.LockAll(work, grant, ct))
                .Where(row => row is { State: TrancheState.Held, HeldBy: GrantMover.Voucher }))
            {
                await TrancheMoves.Follow(work, tranche, TrancheMove.ReleaseWithGrant, ct, cure);
            }

            await TrancheMoves.LookAgain(work, grant, ct);
        }

        return moved;
    }
}
