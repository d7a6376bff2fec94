using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>What came of a keying.</summary>
public enum KeyingOutcome
{
    /// <summary>The first of two; another clerk keys it too.</summary>
    First,

    /// <summary>Both read the same.</summary>
    Agrees,

    /// <summary>The two differ: both key it again.</summary>
    Differs,
}

/// <summary>A clerk reads a numbered ballot. Another reads it too without seeing this; where they differ, both read it again, and all readings
/// are kept.</summary>
public sealed record KeyPaper(Guid Key, long Meeting, int Serial, [property: Personal] KeyedPaper Paper) : Command<KeyingOutcome>(Key)
{
    /// <summary>No such ballot was handed out, or it was exchanged.</summary>
    public const string UnknownPaper = "vote.paper-unknown";

    /// <summary>The clerk keyed this ballot already; another does.</summary>
    public const string SameClerk = "vote.same-clerk";

    /// <summary>Two clerks read it alike already.</summary>
    public const string KeyedAlready = "vote.paper-keyed";

    /// <summary>A project is ticked that is struck out on the ballot, or is not on the agenda.</summary>
    public const string StruckOut = "vote.paper-struck-out";

    /// <summary>The vote is not closed, or the count is open already.</summary>
    public const string NotNow = "vote.paper-not-now";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Keying, ct);

    internal override async Task<KeyingOutcome> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.LockAgreed(work, Meeting, ct);
        short version = await GrantTallies.Current(work, Meeting, ct);
        bool isCounted = await work.Db.Set<GrantTally>().AnyAsync(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.Version == version && row.State != TallyState.Keying, ct);
        if (isCounted || MeetingNeeds.VotingClosed(await MeetingFacts.Of(work, meeting, ct)) is not null)
        {
            throw new RefusedException(NotNow);
        }

        GrantBallot paper = await work.Db.Set<GrantBallot>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.GrantMeetingId == Meeting && row.Serial == Serial && row.State == PaperState.Out, ct)
            ?? throw new RefusedException(UnknownPaper, ("serial", Serial));
        await CheckTicks(work, paper, ct);
        List<GrantBallotKeying> before = await work.Db.Set<GrantBallotKeying>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantMeetingId == Meeting && row.Version == version && row.Serial == Serial).OrderBy(row => row.Pass).ThenBy(row => row.No)
            .ToListAsync(ct);
        GrantBallotKeying? last = before.LastOrDefault();
        if (last is { Agrees: true })
        {
            throw new RefusedException(KeyedAlready, ("serial", Serial));
        }

        bool isSecond = last is { No: 1 };
        if (isSecond && last!.KeyedBy == work.ActorId)
        {
            throw new RefusedException(SameClerk, ("serial", Serial));
        }

        short pass = isSecond ? last!.Pass : (short)((last?.Pass ?? 0) + 1), no = (short)(isSecond ? 2 : 1);
        using BallotSeal seal = new(work.Foundation);
        bool? agrees = isSecond ? Same(seal, last!) : null;
        work.Db.Add(new GrantBallotKeying
        {
            BookId = work.Book,
            GrantMeetingId = Meeting,
            Version = version,
            Serial = Serial,
            Pass = pass,
            No = no,
            KeyedBy = work.ActorId,
            KeyedAt = work.Now,
            Agrees = agrees,
            Sealed = seal.Seal(Paper.Bytes(), BallotSeal.Paper(work.Book, Meeting, version, Serial, pass, no)),
        });
        await work.Db.SaveChangesAsync(ct);
        return agrees switch { null => KeyingOutcome.First, true => KeyingOutcome.Agrees, false => KeyingOutcome.Differs };
    }

    private bool Same(BallotSeal seal, GrantBallotKeying first) =>
        seal.Open(first.Sealed, BallotSeal.Paper(first.BookId, Meeting, first.Version, Serial, first.Pass, first.No))
            .AsSpan().SequenceEqual(Paper.Bytes());

    private async Task CheckTicks(Work work, GrantBallot paper, CancellationToken ct)
    {
        if (!Enum.IsDefined(Paper.Kind))
        {
            throw new RefusedException(CastVote.NothingSaid);
        }

        if (Paper.Kind != PaperKind.Valid)
        {
            return;
        }

        int criteria = await work.Db.Set<GrantMeetingCriterion>().CountAsync(row => row.BookId == work.Book && row.GrantMeetingId == Meeting, ct);
        CastVote.Check(Paper.Ticks, criteria);
        List<long> items = await work.Db.Set<GrantMeetingItem>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.State == AgendaState.Closed).Select(row => row.GrantId).ToListAsync(ct);
        if (Paper.Ticks.FirstOrDefault(tick => tick.Criteria.Count > 0 && (!items.Contains(tick.Grant) || paper.Recused.Contains(tick.Grant)))
            is { } struck)
        {
            string title = await work.Db.Set<GrantCase>().Where(row => row.BookId == work.Book && row.GrantId == struck.Grant)
                .Select(row => row.Title).SingleOrDefaultAsync(ct) ?? "";
            throw new RefusedException(StruckOut, ("serial", Serial), ("title", title));
        }
    }
}
