using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants;

/// <summary>What became of a move: it happened, or it waits for others to sign.</summary>
/// <param name="Happened">Whether the case has moved.</param>
/// <param name="Waits">Who has still to sign.</param>
public sealed record GrantMoved(bool Happened, IReadOnlyList<GrantMover> Waits);

/// <summary>The one place where a case moves: lock, version, who, what is needed, signature, and with the last signature log and state.
/// </summary>
internal static class GrantMoves
{
    /// <summary>Somebody moved the case after the page was drawn.</summary>
    public const string Stale = "grant.stale";

    /// <summary>The person signed this move already; another signs beside them.</summary>
    public const string SignedAlready = "grant.signed-already";

    /// <summary>Only the person whom the application names makes this move.</summary>
    public const string NotYours = "grant.not-yours";

    /// <summary>Whoever has part in an application decides nothing about it.</summary>
    public const string Related = "grant.related";

    /// <summary>The move needs a reason in words.</summary>
    public const string ReasonMissing = "grant.reason-missing";

    // Moves that say no, take something back, or bring in a complaint say why.
    private static readonly HashSet<GrantMove> WithReason =
    [
        GrantMove.SendBack, GrantMove.RequestCorrection, GrantMove.SendBackCorrection, GrantMove.ReopenCorrection, GrantMove.RefuseIneligible,
        GrantMove.AppealIneligible, GrantMove.TakeOffAgenda,
        GrantMove.NotSelect, GrantMove.Redecide, GrantMove.WithdrawNotice, GrantMove.LodgeObjection, GrantMove.DismissObjection,
        GrantMove.UpholdRecount, GrantMove.UpholdRemove, GrantMove.AppealRemoval, GrantMove.DeclineAward, GrantMove.RevokeAward,
        GrantMove.Withdraw, GrantMove.Suspend, GrantMove.SuspendByPanel, GrantMove.Resume, GrantMove.ResumeByPanel, GrantMove.ReopenWork,
        GrantMove.Terminate, GrantMove.AppealTermination, GrantMove.ReopenClosed,
    ];

    /// <summary>What the command that makes the move needs; asked before anything is locked.</summary>
    public static async ValueTask<Need> NeedOf(Work work, long grant, GrantMove move, CancellationToken ct)
    {
        // Who may make no such move is not told whether there is such a case.
        GrantCase? row = await work.Db.Set<GrantCase>().AsNoTracking()
            .SingleOrDefaultAsync(each => each.BookId == work.Book && each.GrantId == grant, ct);
        WorkflowRule<GrantMover, GrantState, GrantMove, GrantFacts>? rule = row is null ? null : GrantLife.Table.Find(row.State, move);
        if (rule is { By: [GrantMover.Calendar] })
        {
            return Need.Operator;
        }


        Role[] roles = [.. (rule?.By ?? GrantLife.Table.Rules.Where(each => each.Move.Equals(move)).SelectMany(each => each.By))
            .SelectMany(mover => mover.Roles()).Distinct()];
        Need need = Need.Any(roles);
        return move is GrantMove.Award or GrantMove.RevokeAward or GrantMove.Activate or GrantMove.Terminate or GrantMove.SettleRecovery
            ? need.Proved() : need;
    }

    /// <summary>Makes the move, or signs it where others have still to sign.</summary>
    /// <param name="version">The state version that the page was drawn with.</param>
    /// <param name="moving">What the feature writes with the last signature, before the state changes; the vouchers it wrote.</param>
    /// <param name="due">Until when the next step is due.</param>
    /// <param name="byVoucher">Whether it follows a voucher, so that the books make it and not a person's role.</param>
    public static async Task<GrantMoved> Make(Work work, long grant, int version, GrantMove move, string? reason, string? clause,
        CancellationToken ct, Func<GrantCase, GrantFacts, IReadOnlyList<GrantSignature>, Task<IReadOnlyList<long>>>? moving = null,
        Func<GrantFacts, LocalDate?>? due = null, bool byVoucher = false)
    {
        GrantCase row = await GrantCase.Lock(work, grant, ct);
        if (row.StateVersion != version)
        {
            throw new RefusedException(Stale, ("title", row.Title), ("state", row.State));
        }

        WorkflowRule<GrantMover, GrantState, GrantMove, GrantFacts> rule = GrantLife.Table.Rule(row.State, move);
        (string why, string by) = (PlainText.Of(reason ?? ""), PlainText.Of(clause ?? ""));
        if (why.Length > 500 || by.Length > 200 || (why.Length == 0 && WithReason.Contains(move)))
        {
            throw new RefusedException(ReasonMissing, ("move", move), ("limit", 500));
        }

        GrantFacts facts = await GrantFacts.Of(work, row, ct, why, by);
        List<GrantSignature> signed = await work.Db.Set<GrantSignature>().AsNoTracking()
            .Where(each => each.BookId == work.Book && each.GrantId == grant && each.StateVersion == version && each.Move == move).ToListAsync(ct);
        GrantMover mover = byVoucher && rule.By is [GrantMover.Voucher] ? GrantMover.Voucher : await MoverOf(work, row, rule, signed, ct);
        if (rule.WhyNot(facts) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        GrantSignature signature = new()
        {
            BookId = work.Book,
            GrantId = grant,
            StateVersion = version,
            Move = move,
            Mover = mover,
            PersonId = work.Actor,
            At = work.Now,
            Reason = why,
            Clause = by,
        };
        work.Db.Add(signature);
        signed.Add(signature);

        // Before the log: PostgreSQL looks for the signatures when the log is written.
        await work.Db.SaveChangesAsync(ct);
        GrantMover[] waits = [.. rule.By.Where(each => signed.TrueForAll(given => given.Mover != each))];
        if (waits.Length > 0)
        {
            return new GrantMoved(false, waits);
        }

        IReadOnlyList<long> vouchers = moving is null ? [] : await moving(row, facts, signed);
        work.Db.Add(new GrantLog
        {
            BookId = work.Book,
            GrantId = grant,
            StateVersion = version + 1,
            Move = move,
            FromState = row.State,
            ToState = rule.To,
            ActorId = work.Actor,
            At = work.Now,
            Reason = why.Length > 0 ? why : signed[0].Reason,
            Clause = by.Length > 0 ? by : signed[0].Clause,
            Facts = facts.Logged(),
            Vouchers = [.. vouchers],
        });
        await work.Db.SaveChangesAsync(ct);
        (row.State, row.StateVersion, row.DueOn) = (rule.To, version + 1, due?.Invoke(facts));
        await work.Db.SaveChangesAsync(ct);
        return new GrantMoved(true, []);
    }

    /// <summary>The moves from where the case stands that this person may make, and why not the others: what a page shows.</summary>
    public static async Task<IReadOnlyList<GrantOffer>> Open(Work work, GrantCase row, CancellationToken ct)
    {
        GrantFacts facts = await GrantFacts.Of(work, row, ct);
        ILookup<GrantMove, GrantSignature> signed = (await work.Db.Set<GrantSignature>().AsNoTracking()
            .Where(each => each.BookId == work.Book && each.GrantId == row.GrantId && each.StateVersion == row.StateVersion).ToListAsync(ct))
            .ToLookup(each => each.Move);
        List<GrantOffer> offers = [];
        foreach (var (rule, whyNot) in GrantLife.Table.Open(row.State, facts)
            .Where(open => open.Rule.By is not [GrantMover.Calendar or GrantMover.Voucher]))
        {
            Refusal? notMine = null;
            try
            {
                await MoverOf(work, row, rule, [.. signed[rule.Move]], ct);
            }
            catch (RefusedException refused)
            {
                notMine = refused.Refusal;
            }

            offers.Add(new GrantOffer(rule.Move, rule.To, notMine is null, whyNot ?? notMine,
                [.. rule.By.Where(mover => signed[rule.Move].All(given => given.Mover != mover))], WithReason.Contains(rule.Move)));
        }

        return offers;
    }

    /// <summary>Which of the movers who have not signed this person is.</summary>
    private static async Task<GrantMover> MoverOf(Work work, GrantCase row, WorkflowRule<GrantMover, GrantState, GrantMove, GrantFacts> rule,
        IReadOnlyList<GrantSignature> signed, CancellationToken ct)
    {
        if (rule.By is [GrantMover.Calendar])
        {
            return work.Actor is null ? GrantMover.Calendar : throw new RefusedException(Need.Missing, ("roles", Array.Empty<Term>()));
        }

        if (signed.Any(given => given.PersonId == work.ActorId))
        {
            throw new RefusedException(SignedAlready, ("move", rule.Move));
        }

        GrantMover[] left = [.. rule.By.Where(mover => signed.All(given => given.Mover != mover))];
        GrantMover[] held = [.. left.Where(mover => work.Rights.Holds(mover.Roles()))];
        if (held.Length > 0 && held[0] is not (GrantMover.Lead or GrantMover.Signer))
        {
            // Whoever serves one fund alone does not decide over the money of another that feeds the same round.
            List<int> pool = await work.Db.Set<GrantRoundPool>().Where(each => each.BookId == work.Book && each.GrantRoundId == row.GrantRoundId)
                .Select(each => each.FundId).ToListAsync(ct);
            work.Rights.Require(Need.Any(held[0].Roles()).For(pool), isOperator: false);
        }

        if (held.Length == 0)
        {
            throw new RefusedException(
                Need.Missing, ("roles", (Term[])[.. left.SelectMany(mover => mover.Roles()).Distinct().Select(role => Term.Of(role))]));
        }

        GrantMover[] named = [.. held.Where(mover => mover switch
        {
            GrantMover.Lead => row.LeadId == work.Actor || (row.FilledBy == work.Actor && work.Rights.Holds(Role.Desk)),
            GrantMover.Signer => row.SignerId == work.Actor && row.LeadId != work.Actor,
            _ => true,
        })];
        if (named.Length == 0)
        {
            throw new RefusedException(NotYours, ("title", row.Title), ("mover", held[0]));
        }

        if (named[0] is not (GrantMover.Lead or GrantMover.Signer) && (await row.People(work, ct)).Contains(work.ActorId))
        {
            throw new RefusedException(Related, ("title", row.Title));
        }

        return named[0];
    }
}

/// <summary>A move as a page offers it.</summary>
/// <param name="IsMine">Whether this person may make it.</param>
/// <param name="WhyNot">What is in its way, or null.</param>
/// <param name="Waits">Who has still to sign.</param>
/// <param name="AsksReason">Whether it wants a reason.</param>
public sealed record GrantOffer(GrantMove Move, GrantState To, bool IsMine, Refusal? WhyNot, IReadOnlyList<GrantMover> Waits, bool AsksReason);
