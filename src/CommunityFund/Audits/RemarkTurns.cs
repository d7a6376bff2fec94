using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>Which step follows which, and by whom; and how one is taken.</summary>
internal static class RemarkTurns
{
    public static bool IsOpen(RemarkState state, RemarkMove move) => (state, move) is
        (RemarkState.Open, RemarkMove.Answered) or (RemarkState.Answered, RemarkMove.SentBack)
        or (RemarkState.Open or RemarkState.Answered, RemarkMove.Closed);

    /// <summary>Nobody answers what they asked, nor settles what they answered.</summary>
    public static bool IsOtherPerson(IReadOnlyList<AuditRemarkStep> steps, RemarkMove move, long? person) =>
        !steps.Any(step => step.DoneBy == person && (step.Move == RemarkMove.Answered) != (move == RemarkMove.Answered));

    /// <summary>One of the roles, in all funds of the voucher.</summary>
    public static async ValueTask<Need> NeedOf(Work work, long remark, IReadOnlyList<Role> roles, CancellationToken ct) =>
        Need.Any(roles).For(await AuditRemark.FundsOf(work, remark, ct));

    /// <summary>Takes a step on a remark as its page stood before the person.</summary>
    /// <param name="shown">The last step that the page showed.</param>
    /// <param name="newDue">Null leaves the day as it was.</param>
    public static async Task<AuditRemarkStep> Take(
        Work work, long remark, short shown, RemarkMove move, string words, LocalDate? newDue, CancellationToken ct)
    {
        (_, IReadOnlyList<AuditRemarkStep> steps) = await AuditRemark.Of(work, remark, ct);
        AuditRemarkStep last = steps[^1];
        RemarkState state = AuditRemark.StateOf(last.Move);
        if (last.StepNo != shown)
        {
            throw new RefusedException(AuditRemark.Moved, ("number", remark), ("state", Term.Of(state)));
        }

        if (!IsOpen(state, move))
        {
            throw new RefusedException(AuditRemark.OutOfTurn, ("number", remark), ("state", Term.Of(state)));
        }

        if (!IsOtherPerson(steps, move, work.ActorId))
        {
            throw new RefusedException(AuditRemark.OtherPerson, ("number", remark));
        }

        AuditRemarkStep step = new()
        {
            BookId = work.Book,
            AuditRemarkId = remark,
            StepNo = (short)(last.StepNo + 1),
            Move = move,
            Words = AuditRemark.Words(words),
            DueOn = newDue ?? last.DueOn,
            DoneBy = work.ActorId,
            DoneAt = work.Now,
        };
        work.Db.Add(step);
        await work.Db.SaveChangesAsync(ct);
        return step;
    }
}
