using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>A step as a page offers it.</summary>
public sealed record TrancheOffer(TrancheMove Move, TrancheState To, GrantMover Mover, bool IsMine, Refusal? WhyNot, bool AsksReason);

/// <summary>The only place where a tranche moves: one person's step, checked against <see cref="TrancheLife"/>, logged with what was known, and
/// proved once more by the database.</summary>
public static class TrancheMoves
{
    /// <summary>Somebody has moved the tranche on since the page was drawn.</summary>
    public const string Stale = "tranche.stale";

    /// <summary>The step needs a reason in words.</summary>
    public const string ReasonMissing = "tranche.reason-missing";

    private static readonly HashSet<TrancheMove> WithReason =
    [
        TrancheMove.ReturnRequest, TrancheMove.Decline, TrancheMove.ReturnAcquittal, TrancheMove.Hold, TrancheMove.HoldByPanel, TrancheMove.Release,
        TrancheMove.ReleaseByPanel, TrancheMove.Cancel, TrancheMove.ApproveSteer,
    ];

    private static readonly HashSet<TrancheMove> Proved =
    [
        TrancheMove.Approve, TrancheMove.ApproveL1, TrancheMove.ApproveL2, TrancheMove.ApproveL2BeforeSteer, TrancheMove.ApproveSteer,
        TrancheMove.Cancel, TrancheMove.Decline,
    ];

    /// <summary>What the command that makes the step needs; asked before anything is locked.</summary>
    public static async ValueTask<Need> NeedOf(Work work, long tranche, TrancheMove move, CancellationToken ct)
    {
        var row = await work.Db.Set<Tranche>().AsNoTracking().Where(each => each.BookId == work.Book && each.TrancheId == tranche)
            .Select(each => new { each.State }).SingleOrDefaultAsync(ct);
        WorkflowRule<GrantMover, TrancheState, TrancheMove, TrancheFacts>? rule = row is null ? null : TrancheLife.Table.Find(row.State, move);
        if (rule is { By: [GrantMover.Calendar] })
        {
            return Need.Operator;
        }

        Need need = Need.Any([.. (rule?.By ?? TrancheLife.Table.Rules.Where(each => each.Move.Equals(move)).SelectMany(each => each.By))
            .SelectMany(Allowed).Distinct()]);
        return Proved.Contains(move) ? need.Proved() : need;
    }

    /// <summary>Makes the step for the person who acts.</summary>
    /// <param name="version">The state version that the page was drawn with.</param>
    /// <param name="moving">What the feature writes before the state changes; the vouchers it wrote.</param>
    public static async Task<Tranche> Make(Work work, long tranche, int version, TrancheMove move, string? reason, CancellationToken ct,
        Func<Tranche, TrancheFacts, Task<IReadOnlyList<long>>>? moving = null, Func<TrancheFacts, LocalDate?>? due = null, long? asked = null,
        int? lines = null)
    {
        Tranche row = await Tranche.Lock(work, tranche, ct);
        if (row.StateVersion != version)
        {
            throw new RefusedException(Stale, ("no", row.No), ("state", Term.Of(row.State)));
        }

        return await Step(work, row, move, reason, isOfBooks: false, moving, due, asked, lines, ct);
    }

    /// <summary>Makes a step that follows a voucher, the payment desk, the grant's own move or the calendar; the row is locked by then.</summary>
    internal static Task<Tranche> Follow(Work work, Tranche row, TrancheMove move, CancellationToken ct, string? reason = null,
        Func<Tranche, TrancheFacts, Task<IReadOnlyList<long>>>? moving = null, Func<TrancheFacts, LocalDate?>? due = null,
        TrancheFacts? known = null) =>
        Step(work, row, move, reason, isOfBooks: true, moving, due, null, null, ct, known);

    /// <summary>Opens what waited only for its day or for what came before it, and holds or frees what an overdue advance bears on; asked after
    /// every step that may have changed that, and by the calendar.</summary>
    /// <returns>How many moved.</returns>
    internal static async Task<int> LookAgain(Work work, long grant, CancellationToken ct)
    {
        int moved = 0;
        foreach (Tranche row in await Tranche.LockAll(work, grant, ct))
        {
            TrancheMove[] tried = row.State == TrancheState.Held ? [TrancheMove.ReleaseCured, TrancheMove.MeetCondition]
                : [TrancheMove.HoldOverdue, TrancheMove.MeetCondition];
            foreach (TrancheMove move in tried)
            {
                if (TrancheLife.Table.Find(row.State, move) is { } rule && rule.WhyNot(await TrancheFacts.Of(work, row, ct)) is null)
                {
                    await Follow(work, row, move, ct);
                    moved++;
                }
            }
        }

        return moved;
    }

    private static async Task<Tranche> Step(Work work, Tranche row, TrancheMove move, string? reason, bool isOfBooks,
        Func<Tranche, TrancheFacts, Task<IReadOnlyList<long>>>? moving, Func<TrancheFacts, LocalDate?>? due, long? asked, int? lines,
        CancellationToken ct, TrancheFacts? known = null)
    {
        WorkflowRule<GrantMover, TrancheState, TrancheMove, TrancheFacts> rule = TrancheLife.Table.Rule(row.State, move);
        string why = PlainText.Of(reason ?? "");
        if (why.Length > 500 || (why.Length == 0 && WithReason.Contains(move)))
        {
            throw new RefusedException(ReasonMissing, ("move", Term.Of(move)), ("limit", 500));
        }

        TrancheFacts facts = known ?? await TrancheFacts.Of(work, row, ct, asked, lines);
        GrantMover mover = isOfBooks && rule.By is [GrantMover.Voucher or GrantMover.Calendar]
            ? rule.By[0] : await MoverOf(work, row, facts.Grant, rule, ct);
        if (rule.WhyNot(facts) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        IReadOnlyList<long> vouchers = moving is null ? [] : await moving(row, facts);
        work.Db.Add(new TrancheLog
        {
            BookId = work.Book,
            TrancheId = row.TrancheId,
            StateVersion = row.StateVersion + 1,
            Move = move,
            FromState = row.State,
            ToState = rule.To,
            Mover = mover,
            ActorId = work.Actor,
            At = work.Now,
            Reason = why,
            Facts = facts.Logged(),
            Vouchers = [.. vouchers],
        });
        await work.Db.SaveChangesAsync(ct);
        (row.State, row.StateVersion, row.DueOn) = (rule.To, row.StateVersion + 1,
            due is null ? TrancheDeadlines.Of(rule.To, facts) : due(facts));
        row.HeldBy = rule.To == TrancheState.Held ? mover : null;
        await work.Db.SaveChangesAsync(ct);
        if (rule.To is TrancheState.Held or TrancheState.Cancelled)
        {
            await AwaitedPayment.Close(work, row, ct);
        }

        if (rule.To is TrancheState.Cancelled or TrancheState.Declined or TrancheState.Expired)
        {
            await Acquittals.CarryForward.Back(work, row, ct);
        }

        return row;
    }

    /// <summary>The steps from where the tranche stands that this person may make, and why not the others: what a page shows.</summary>
    public static async Task<IReadOnlyList<TrancheOffer>> Open(Work work, Tranche row, CancellationToken ct)
    {
        TrancheFacts facts = await TrancheFacts.Of(work, row, ct);
        List<TrancheOffer> offers = [];
        foreach (var (rule, whyNot) in TrancheLife.Table.Open(row.State, facts)
            .Where(open => open.Rule.By is not [GrantMover.Calendar or GrantMover.Voucher]))
        {
            Refusal? notMine = null;
            try
            {
                await MoverOf(work, row, facts.Grant, rule, ct);
            }
            catch (RefusedException refused)
            {
                notMine = refused.Refusal;
            }

            offers.Add(new TrancheOffer(rule.Move, rule.To, rule.By[0], notMine is null, whyNot ?? notMine, WithReason.Contains(rule.Move)));
        }

        return offers;
    }

    // The keeper of the project's money asks for it as well as the lead does.
    private static IReadOnlyList<Role> Allowed(GrantMover mover) => mover == GrantMover.Lead ? [Role.Lead, Role.FinLead] : mover.Roles();

    private static async Task<GrantMover> MoverOf(Work work, Tranche row, GrantCase grant,
        WorkflowRule<GrantMover, TrancheState, TrancheMove, TrancheFacts> rule, CancellationToken ct)
    {
        GrantMover mover = rule.By[0];
        IReadOnlyList<Role> roles = Allowed(mover);
        if (roles.Count == 0 || !work.Rights.Holds([.. roles]))
        {
            throw new RefusedException(Need.Missing, ("roles", roles.Select(role => Term.Of(role)).ToArray()));
        }

        bool isOwn = mover switch
        {
            GrantMover.Lead => work.Actor == grant.LeadId || work.Actor == grant.FinLeadId,
            GrantMover.FinLead => work.Actor == grant.FinLeadId,
            _ => true,
        };
        if (!isOwn)
        {
            throw new RefusedException(GrantMoves.NotYours, ("title", grant.Title), ("mover", mover));
        }

        if (mover is not (GrantMover.Lead or GrantMover.FinLead))
        {
            // Whoever serves one fund alone does not decide over the money of another that pays for the same tranche.
            int[] funds = [.. await work.Db.Set<Money.TrancheFund>().Where(each => each.BookId == work.Book && each.TrancheId == row.TrancheId)
                .Select(each => each.FundId).ToListAsync(ct)];
            work.Rights.Require(Need.Any([.. roles]).For(funds), isOperator: false);
            if ((await grant.People(work, ct)).Contains(work.ActorId))
            {
                throw new RefusedException(GrantMoves.Related, ("title", grant.Title));
            }
        }

        return mover;
    }
}
