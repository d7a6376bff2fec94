using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Screening;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Applications;

/// <summary>A part of an application in its list of things to do.</summary>
/// <param name="MayWrite">Whether the reader may write it now.</param>
/// <param name="IsOpened">Whether the desk opened it for correction.</param>
public sealed record TaskRow(SectionKind Kind, SectionProgress Progress, string SavedBy, Instant? SavedAt, bool MayWrite, bool IsOpened);

/// <summary>A move that happened.</summary>
public sealed record LogRow(GrantMove Move, GrantState? From, GrantState To, string By, Instant At, string Reason, string Clause);

/// <summary>A signature under a move that waits for others.</summary>
public sealed record WaitingSignature(GrantMove Move, GrantMover Mover, string By, Instant At, string Reason, string Clause);

/// <summary>Who has to do something next.</summary>
/// <param name="Name">Who it is, where the application names the person; else empty.</param>
public sealed record WaitedFor(GrantMover Mover, string Name);

/// <summary>Where a case stands on its way.</summary>
public enum CaseStep
{
    /// <summary>提交.</summary>
    Sending,

    /// <summary>资格审查.</summary>
    Screening,

    /// <summary>评审会.</summary>
    Meeting,

    /// <summary>公示.</summary>
    Notice,

    /// <summary>协议.</summary>
    Agreement,

    /// <summary>执行.</summary>
    Carrying,

    /// <summary>结项.</summary>
    Closing,
}

/// <summary>How a case does on its way.</summary>
public enum CasePace
{
    /// <summary>It goes on.</summary>
    Going,

    /// <summary>It stands still until somebody sees to it: suspended.</summary>
    Stopped,

    /// <summary>It went all the way: closed.</summary>
    Done,

    /// <summary>It ended where it stands: without a grant, or terminated.</summary>
    Over,
}

/// <summary>A case as its page shows it.</summary>
/// <param name="Step">How far it has come.</param>
/// <param name="Pace">Whether it goes on, stands still, is done or ended there.</param>
/// <param name="Waits">Who has to do something next; nobody at the end.</param>
/// <param name="Warning">What would stand in the way of sending it; said while it is a draft.</param>
public sealed record CaseView(
    long Grant, string Number, string Title, string Community, long RoundId, string Round, GrantState State, int StateVersion, LocalDate? DueOn,
    Amount Requested, Amount Own, string Lead, string FinLead, string Signer, string FilledBy, bool IsForAnother, Instant CreatedAt,
    Instant? SubmittedAt, CaseStep Step, CasePace Pace, IReadOnlyList<WaitedFor> Waits, IReadOnlyList<GrantOffer> Offers,
    IReadOnlyList<WaitingSignature> Signatures, IReadOnlyList<TaskRow> Tasks, IReadOnlyList<GrantCorrection> Corrections,
    IReadOnlyList<LogRow> Log, IReadOnlyList<SnapshotRow> Signed, bool IsWriter, bool IsSigner, bool MayScreen, Refusal? Warning, LocalDate Today)
{
    /// <summary>Whether it ended where it stands.</summary>
    public bool HasEnded => Pace == CasePace.Over;
}

/// <summary>One case: where it stands, whom it waits for, what is open to the reader and why the rest is not.</summary>
public sealed record CasePage(long Grant) : Query<CaseView>
{
    internal override Need Needs => Need.Any(ReadableCase.Readers);

    internal override async Task<CaseView> Answer(Work work, CancellationToken ct)
    {
        GrantCase row = await ReadableCase.Of(work, Grant, ct);
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleAsync(each => each.BookId == work.Book && each.GrantRoundId == row.GrantRoundId, ct);
        List<GrantLog> log = await work.Db.Set<GrantLog>().AsNoTracking().Where(each => each.BookId == work.Book && each.GrantId == Grant)
            .OrderByDescending(each => each.StateVersion).Take(100).ToListAsync(ct);
        List<GrantSignature> signatures = await work.Db.Set<GrantSignature>().AsNoTracking().Where(each => each.BookId == work.Book
            && each.GrantId == Grant && each.StateVersion == row.StateVersion).OrderBy(each => each.At).ToListAsync(ct);
        List<GrantSection> sections = await GrantSection.Of(work, Grant, ct);
        List<GrantSnapshot> signed = await work.Db.Set<GrantSnapshot>().AsNoTracking()
            .Where(each => each.BookId == work.Book && each.GrantId == Grant).OrderBy(each => each.No).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [row.LeadId, row.FinLeadId, row.SignerId, row.FilledBy,
            .. log.Select(each => each.ActorId), .. signatures.Select(each => each.PersonId), .. sections.Select(each => (long?)each.SavedBy),
            .. signed.Select(each => (long?)each.SignedBy)], ct);
        string NameOf(long? person) => person is { } id ? names.GetValueOrDefault(id, "") : "";
        List<GrantCorrection> corrections = await GrantCorrection.Of(work, Grant, ct);
        bool isPart = (await row.People(work, ct)).Contains(work.Actor ?? 0);
        return new CaseView(Grant, row.Number, row.Title, row.Community, row.GrantRoundId, round.Title, row.State, row.StateVersion, row.DueOn,
            Amount.Fen(row.Requested), Amount.Fen(row.OwnUnits), NameOf(row.LeadId), NameOf(row.FinLeadId), NameOf(row.SignerId),
            NameOf(row.FilledBy), row.LeadId != row.FilledBy, row.CreatedAt, row.SubmittedAt, StepOf(row.State), PaceOf(row.State),
            [.. WaitedFor(row.State, signatures).Select(mover => new WaitedFor(mover, NameOf(mover switch
            {
                GrantMover.Lead => row.LeadId,
                GrantMover.Signer => row.SignerId,
                _ => null,
            })))],
            await GrantMoves.Open(work, row, ct),
            [.. signatures.Select(each => new WaitingSignature(each.Move, each.Mover, NameOf(each.PersonId), each.At, each.Reason, each.Clause))],
            await Tasks(work, row, sections, corrections, NameOf, ct), corrections,
            [.. log.Select(each => new LogRow(each.Move, each.FromState, each.ToState, NameOf(each.ActorId), each.At, each.Reason, each.Clause))],
            [.. signed.Select(each => new SnapshotRow(each.No, Convert.ToHexStringLower(each.Sha256), NameOf(each.SignedBy), each.SignedAt,
                Amount.Fen(each.Requested), Amount.Fen(each.OwnUnits)))],
            WrittenCase.IsWriter(work, row), row.SignerId == work.Actor && work.Rights.Holds(Role.SignOff),
            work.Rights.Holds(Role.Desk) && !isPart,
            row.State == GrantState.Draft ? ApplicationNeeds.MayApply(await GrantFacts.Of(work, row, ct)) : null, work.Today);
    }

    /// <summary>How far a case has come.</summary>
    internal static CaseStep StepOf(GrantState state) => state switch
    {
        GrantState.Draft or GrantState.AwaitingSignOff => CaseStep.Sending,
        GrantState.Submitted or GrantState.UnderScreening or GrantState.CorrectionRequested or GrantState.Ineligible => CaseStep.Screening,
        GrantState.Eligible or GrantState.InReview or GrantState.Ranked or GrantState.NotSelected or GrantState.Waitlisted => CaseStep.Meeting,
        GrantState.Recommended or GrantState.PublicNotice or GrantState.Objected => CaseStep.Notice,
        GrantState.Awarded or GrantState.Declined => CaseStep.Agreement,
        GrantState.Active or GrantState.Suspended or GrantState.Terminated or GrantState.Recovering => CaseStep.Carrying,
        GrantState.Closing or GrantState.Closed => CaseStep.Closing,
        _ => CaseStep.Sending,
    };

    /// <summary>How a case does where it stands.</summary>
    internal static CasePace PaceOf(GrantState state) => state switch
    {
        GrantState.Closed => CasePace.Done,
        GrantState.Suspended => CasePace.Stopped,
        GrantState.Terminated or GrantState.Recovering or GrantState.Ineligible or GrantState.NotSelected => CasePace.Over,
        _ => GrantLife.Table.IsEnd(state) ? CasePace.Over : CasePace.Going,
    };

    /// <summary>The move by which a case goes on from a state: most are the first of its rows, but what runs goes on tranche by tranche, and what
    /// is to be closed is not waiting to be opened again.</summary>
    internal static GrantMove? WayOn(GrantState state) => state switch
    {
        GrantState.Active or GrantState.Closed or GrantState.Ineligible or GrantState.NotSelected => null,
        GrantState.Closing => GrantMove.Close,
        GrantState.Terminated => GrantMove.NothingToRecover,
        _ => GrantLife.Table.Rules.FirstOrDefault(rule => rule.From == state)?.Move,
    };

    /// <summary>Whom the way on waits for: those of its row who have not signed.</summary>
    private static IEnumerable<GrantMover> WaitedFor(GrantState state, IReadOnlyList<GrantSignature> signed)
    {
        if ((signed.Count > 0 ? signed[^1].Move : WayOn(state)) is not { } move || GrantLife.Table.Find(state, move) is not { } first)
        {
            return [];
        }

        // Once somebody has signed another move, it is that one which waits.
        return first.By.Where(mover => !signed.Any(given => given.Move == first.Move && given.Mover == mover));
    }

    private static async Task<IReadOnlyList<TaskRow>> Tasks(Work work, GrantCase row, List<GrantSection> sections, List<GrantCorrection> corrections,
        Func<long?, string> nameOf, CancellationToken ct)
    {
        int papers = await work.Db.Set<GrantPaper>().CountAsync(
            each => each.BookId == work.Book && each.GrantId == row.GrantId && each.RemovedBy == null, ct);
        IReadOnlyList<SectionKind> open = WrittenCase.IsWriter(work, row) ? await WrittenCase.Open(work, row, ct) : [];
        return
        [
            .. Enum.GetValues<SectionKind>().Select(kind =>
            {
                GrantSection? saved = sections.Find(each => each.Kind == kind);
                return new TaskRow(kind, WriteSection.ProgressOf(kind, saved, papers), nameOf(saved?.SavedBy), saved?.SavedAt, open.Contains(kind),
                    row.State == GrantState.CorrectionRequested && corrections.Exists(item => item.Section == kind));
            }),
        ];
    }
}
