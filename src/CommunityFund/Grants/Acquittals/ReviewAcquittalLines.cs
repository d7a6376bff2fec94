using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Acquittals;

/// <summary>What the desk decides about a line.</summary>
/// <param name="Reason">Why it goes back; the financial lead reads it beside the line.</param>
public sealed record LineDecision(short Line, bool IsAccepted, string Reason = "");

/// <summary>核销审核: the desk accepts or returns line by line. What went back is free to be put right; when all went back, so did the
/// acquittal.</summary>
/// <param name="Version">The state version of the tranche that the page was drawn with.</param>
public sealed record ReviewAcquittalLines(Guid Key, long Tranche, int Version, IReadOnlyList<LineDecision> Decisions) : Command<Done>(Key)
{
    private const int LongestReason = 200;

    /// <summary>Working days to answer what went back.</summary>
    private const int DaysToAnswer = 10;

    /// <summary>A line that goes back needs a reason.</summary>
    public const string NoReason = "acquittal.no-reason";

    /// <summary>Nothing is under review, or the line was returned before.</summary>
    public const string NotOpen = "acquittal.not-open";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Tranche tranche = await AcquittalOffice.Lock(work, Tranche, Version, Role.Desk, ct);
        if (await GrantAcquittal.Open(work, Tranche, ct) is not { State: AcquittalState.Submitted } acquittal || Decisions.Count == 0)
        {
            throw new RefusedException(NotOpen, ("no", tranche.No));
        }

        List<GrantAcquittalLine> lines = await acquittal.Lines(work, ct);
        foreach (LineDecision decision in Decisions)
        {
            GrantAcquittalLine line = lines.Find(row => row.Line == decision.Line) is { Accepted: not false } open ? open
                : throw new RefusedException(NotOpen, ("no", tranche.No));
            await Decide(work, line, decision, ct);
        }

        await work.Db.SaveChangesAsync(ct);
        if (lines.All(line => line.Accepted == false))
        {
            acquittal.State = AcquittalState.Returned;
            await TrancheMoves.Make(work, Tranche, Version, TrancheMove.ReturnAcquittal, lines[0].Reason, ct,
                due: facts => WorkingDays.After(facts.Today, DaysToAnswer));
        }

        return Done.It;
    }

    private static async Task Decide(Work work, GrantAcquittalLine line, LineDecision decision, CancellationToken ct)
    {
        string reason = decision.IsAccepted ? "" : PlainText.Of(decision.Reason);
        if (reason.Length > LongestReason || (reason.Length == 0 && !decision.IsAccepted))
        {
            throw new RefusedException(NoReason, ("line", line.Line), ("limit", LongestReason));
        }

        (line.Accepted, line.Reason, line.DecidedBy, line.DecidedAt) = (decision.IsAccepted, reason, work.ActorId, work.Now);
        if (!decision.IsAccepted)
        {
            (await work.Db.Set<GrantReceipt>().SingleAsync(row => row.BookId == work.Book && row.GrantReceiptId == line.GrantReceiptId, ct))
                .State = GrantReceiptState.Ready;
        }
    }
}
