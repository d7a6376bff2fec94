using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>A step on a remark as its page stood before the person.</summary>
/// <param name="Step">The last step that the page showed.</param>
public abstract record MoveRemark(Guid Key, long Remark, short Step, string Words) : Command<Done>(Key)
{
    private protected abstract RemarkMove Move { get; }

    private protected abstract IReadOnlyList<Role> By { get; }

    internal sealed override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(By).For(await AuditRemark.FundsOf(work, Remark, ct));

    internal sealed override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (AuditRemark remark, IReadOnlyList<AuditRemarkStep> steps) = await AuditRemark.Of(work, Remark, ct);
        AuditRemarkStep last = steps[^1];
        RemarkState state = AuditRemark.StateOf(last.Move);
        if (last.StepNo != Step)
        {
            throw new RefusedException(AuditRemark.Moved, ("number", Remark), ("state", Term.Of(state)));
        }

        if (!RemarkTurns.IsOpen(state, Move))
        {
            throw new RefusedException(AuditRemark.OutOfTurn, ("number", Remark), ("state", Term.Of(state)));
        }

        if (!RemarkTurns.IsOtherPerson(steps, Move, work.ActorId))
        {
            throw new RefusedException(AuditRemark.OtherPerson, ("number", Remark));
        }

        AuditRemarkStep step = new()
        {
            BookId = work.Book,
            AuditRemarkId = Remark,
            StepNo = (short)(last.StepNo + 1),
            Move = Move,
            Words = AuditRemark.Words(Words),
            DueOn = DueAfter(work, remark, last),
            DoneBy = work.ActorId,
            DoneAt = work.Now,
        };
        work.Db.Add(step);
        await work.Db.SaveChangesAsync(ct);
        await Enclose(work, step, ct);
        return Done.It;
    }

    private protected virtual LocalDate? DueAfter(Work work, AuditRemark remark, AuditRemarkStep last) => last.DueOn;

    private protected virtual Task Enclose(Work work, AuditRemarkStep step, CancellationToken ct) => Task.CompletedTask;
}

/// <summary>Which step follows which, and by whom.</summary>
internal static class RemarkTurns
{
    public static bool IsOpen(RemarkState state, RemarkMove move) => (state, move) is
        (RemarkState.Open, RemarkMove.Answered) or (RemarkState.Answered, RemarkMove.SentBack)
        or (RemarkState.Open or RemarkState.Answered, RemarkMove.Closed);

    /// <summary>Nobody answers what they asked, nor settles what they answered.</summary>
    public static bool IsOtherPerson(IReadOnlyList<AuditRemarkStep> steps, RemarkMove move, long? person) =>
        !steps.Any(step => step.DoneBy == person && (step.Move == RemarkMove.Answered) != (move == RemarkMove.Answered));
}

/// <summary>An accountant answers, with papers if there are any.</summary>
public sealed record AnswerRemark(Guid Key, long Remark, short Step, string Words, IReadOnlyList<Enclosure>? Papers = null)
    : MoveRemark(Key, Remark, Step, Words)
{
    /// <summary>More papers than come with one answer.</summary>
    public const string TooManyPapers = "audit.too-many-papers";

    /// <summary>The most papers of one answer.</summary>
    public const int MostPapers = 20;

    private protected override RemarkMove Move => RemarkMove.Answered;

    private protected override IReadOnlyList<Role> By => AuditRoles.Answering;

    private protected override async Task Enclose(Work work, AuditRemarkStep step, CancellationToken ct)
    {
        if (Papers is { Count: > MostPapers })
        {
            throw new RefusedException(TooManyPapers, ("limit", MostPapers));
        }

        foreach (Enclosure paper in Papers ?? [])
        {
            work.Db.Add(new AuditRemarkPaper
            {
                BookId = work.Book,
                AuditRemarkId = Remark,
                StepNo = step.StepNo,
                FiledDocumentId = await FiledDocument.Keep(work, [paper], ct),
            });
        }
    }
}

/// <summary>The answer does not do: those who oversee say why, and may give a new day.</summary>
/// <param name="Due">Nothing in it leaves the day as it was.</param>
public sealed record SendBackRemark(Guid Key, long Remark, short Step, string Words, RemarkDue Due) : MoveRemark(Key, Remark, Step, Words)
{
    private protected override RemarkMove Move => RemarkMove.SentBack;

    private protected override IReadOnlyList<Role> By => AuditRoles.Overseeing;

    private protected override LocalDate? DueAfter(Work work, AuditRemark remark, AuditRemarkStep last) =>
        Due.Day(work, isNeeded: false) ?? last.DueOn;
}

/// <summary>Settled, with the reason: by whoever raised it or another who oversees.</summary>
public sealed record CloseRemark(Guid Key, long Remark, short Step, string Words) : MoveRemark(Key, Remark, Step, Words)
{
    private protected override RemarkMove Move => RemarkMove.Closed;

    private protected override IReadOnlyList<Role> By => AuditRoles.Overseeing;
}
