using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>How far a ballot is with this clerk.</summary>
public enum BallotStand
{
    /// <summary>Nobody keyed it in this pass.</summary>
    Waits,

    /// <summary>The other clerk keyed it; this one does now.</summary>
    MineNow,

    /// <summary>This clerk keyed it; another does now.</summary>
    OtherNow,

    /// <summary>The two differed: both key it again.</summary>
    Again,

    /// <summary>Both read the same.</summary>
    Done,
}

/// <summary>A ballot in the list.</summary>
public sealed record BallotRow(int Serial, BallotStand Stand, int Pass);

/// <summary>The ballot on the desk: what may be ticked on it.</summary>
public sealed record BallotOnDesk(int Serial, string Group, IReadOnlyList<long> StruckOut);

/// <summary>What a clerk keys from; never what another read.</summary>
public sealed record PaperDeskView(
    MeetingHead Head, IReadOnlyList<AgendaRow> Projects, IReadOnlyList<BallotRow> Ballots, BallotOnDesk? Ballot, Refusal? WhyNot);

/// <summary>The clerks' desk.</summary>
/// <param name="Serial">The ballot in hand, or null.</param>
public sealed record PaperDesk(long Meeting, int? Serial = null) : Query<PaperDeskView>
{
    internal override Need Needs => Need.Any(MeetingRoles.Keying);

    internal override async Task<PaperDeskView> Answer(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.Find(work, Meeting, ct);
        MeetingHead head = await MeetingHead.Of(work, meeting, ct);
        IReadOnlyList<AgendaRow> projects = await MeetingProjects.Of(work, work.Book, Meeting, ct);
        List<GrantBallot> papers = await work.Db.Set<GrantBallot>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.State == PaperState.Out).OrderBy(row => row.Serial).ToListAsync(ct);
        short version = await GrantTallies.Current(work, Meeting, ct);
        var last = (await work.Db.Set<GrantBallotKeying>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.Version == version).Select(row => new { row.Serial, row.Pass, row.No, row.Agrees, row.KeyedBy }).ToListAsync(ct))
            .GroupBy(row => row.Serial).ToDictionary(same => same.Key, same => same.OrderBy(row => row.Pass).ThenBy(row => row.No).Last());
        bool isCounted = await work.Db.Set<GrantTally>().AnyAsync(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.Version == version && row.State != TallyState.Keying, ct);
        Refusal? whyNot = isCounted || MeetingNeeds.VotingClosed(await MeetingFacts.Of(work, meeting, ct)) is not null
            ? new Refusal(KeyPaper.NotNow, new Dictionary<string, object?>()) : null;
        GrantBallot? inHand = papers.Find(paper => paper.Serial == Serial);
        if (Serial is { } asked && inHand is null)
        {
            throw new RefusedException(KeyPaper.UnknownPaper, ("serial", asked));
        }

        return new PaperDeskView(head, projects,
            [
                .. papers.Select(paper => last.TryGetValue(paper.Serial, out var one)
                    ? new BallotRow(paper.Serial, one.Agrees switch
                    {
                        true => BallotStand.Done,
                        false => BallotStand.Again,
                        _ => one.KeyedBy == work.Actor ? BallotStand.OtherNow : BallotStand.MineNow,
                    }, one.Pass)
                    : new BallotRow(paper.Serial, BallotStand.Waits, 1)),
            ],
            inHand is null ? null
                : new BallotOnDesk(inHand.Serial, head.Groups.Single(group => group.No == inHand.GroupNo).Name, inHand.Recused), whyNot);
    }
}
