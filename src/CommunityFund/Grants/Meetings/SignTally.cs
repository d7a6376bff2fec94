using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>Chair and two clerks sign the count, each another person; with the last every project of the meeting has its rank.</summary>
/// <param name="Version">The count that the page showed.</param>
public sealed record SignTally(Guid Key, long Meeting, int Version) : Command<GrantMoved>(Key)
{
    /// <summary>The page showed another count than the one that stands.</summary>
    public const string Stale = "vote.tally-stale";

    /// <summary>Projects wait for lots.</summary>
    public const string LotsWait = "vote.lots-wait";

    /// <summary>All three have signed.</summary>
    public const string Signed = "vote.tally-signed";

    private static readonly GrantMover[] Signers = [GrantMover.Chair, GrantMover.Clerk, GrantMover.SecondClerk];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        MeetingRoles.Over(work, Meeting, MeetingRoles.Signing, ct);

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.LockAgreed(work, Meeting, ct);
        GrantTally tally = await GrantTallies.LastOpened(work, Meeting, ct)
            ?? throw new RefusedException(GrantTallies.NotOpenedYet, ("title", meeting.Title));
        if (tally.Version != Version || tally.State == TallyState.Signed)
        {
            throw new RefusedException(tally.Version != Version ? Stale : Signed, ("title", meeting.Title));
        }

        IReadOnlyList<ProjectScore> ranking = VoteCount.Rank(await GrantTallies.Rules(work, meeting, ct),
            await GrantTallies.Boxes(work, Meeting, tally.Version, ct));
        if (ranking.Count(score => score.NeedsLot) is var waiting && waiting > 0)
        {
            throw new RefusedException(LotsWait, ("count", waiting));
        }

        GrantMover[] left = await Sign(work, meeting, ct);
        Dictionary<long, ProjectScore> scores = ranking.ToDictionary(score => score.Grant);
        List<GrantCase> cases = await work.Db.Set<GrantCase>().AsNoTracking()
            .Where(row => row.BookId == work.Book && scores.Keys.Contains(row.GrantId)).OrderBy(row => row.GrantId).ToListAsync(ct);
        foreach (GrantCase row in cases)
        {
            if (row.State == GrantState.InReview)
            {
                await GrantMoves.Make(work, row.GrantId, row.StateVersion, GrantMove.CountVotes, null, null, ct);
            }
            else if ((await row.People(work, ct)).Contains(work.ActorId))
            {
                throw new RefusedException(GrantMoves.Related, ("title", row.Title));
            }
        }

        if (left.Length == 0)
        {
            work.Db.AddRange(ranking.Select(score => new GrantRank
            {
                BookId = work.Book,
                GrantId = score.Grant,
                TallyVersion = tally.Version,
                GrantMeetingId = Meeting,
                Rank = (short)score.Rank,
                ScoreText = score.Score.Text(),
                CountedAt = work.Now,
            }));
            (tally.State, tally.SignedAt) = (TallyState.Signed, work.Now);
            await work.Db.SaveChangesAsync(ct);
        }

        return new GrantMoved(left.Length == 0, left);
    }

    /// <summary>Writes the signature; who has still to sign.</summary>
    private async Task<GrantMover[]> Sign(Work work, GrantMeeting meeting, CancellationToken ct)
    {
        List<GrantTallySignature> signed = await work.Db.Set<GrantTallySignature>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting && row.Version == Version).ToListAsync(ct);
        if (signed.Exists(row => row.PersonId == work.ActorId))
        {
            throw new RefusedException(GrantMoves.SignedAlready, ("move", GrantMove.CountVotes));
        }

        GrantMover[] left = [.. Signers.Where(mover => !signed.Exists(row => row.Mover == mover))];
        GrantMover[] mine = [.. left.Where(mover => work.Rights.Holds(mover.Roles()))];
        if (mine.Length == 0)
        {
            throw new RefusedException(Need.Missing,
                ("roles", (Term[])[.. left.SelectMany(mover => mover.Roles()).Distinct().Select(role => Term.Of(role))]));
        }

        work.Db.Add(new GrantTallySignature
        {
            BookId = work.Book,
            GrantMeetingId = meeting.GrantMeetingId,
            Version = (short)Version,
            Mover = mine[0],
            PersonId = work.ActorId,
            At = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return [.. left.Where(mover => mover != mine[0])];
    }
}
