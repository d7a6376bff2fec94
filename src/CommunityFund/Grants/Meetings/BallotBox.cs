using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>What lies in the box when it is opened: who could vote on what, and how many ballots ticked which criteria; nobody's name.</summary>
internal sealed record BallotBox(
    int Present, int Papers, int Valid, int Spoiled, int Absent, IReadOnlyDictionary<(long Grant, short Group), int> Entitled,
    IReadOnlyDictionary<(long Grant, short Group, short Ticks), int> Patterns)
{
    /// <summary>A sealed ballot was changed or moved in the database.</summary>
    public const string SealBroken = "vote.seal-broken";

    /// <summary>Opens all that was voted and keyed on these projects.</summary>
    public static async Task<BallotBox> Open(Work work, GrantMeeting meeting, short version, IReadOnlyList<long> grants, CancellationToken ct)
    {
        long id = meeting.GrantMeetingId;
        var voters = await work.Db.Set<GrantMeetingVoter>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantMeetingId == id
            && row.PresentAt != null).Select(row => new { row.PersonId, row.GroupNo, row.PresentAt }).ToListAsync(ct);
        Dictionary<long, Instant> closed = await work.Db.Set<GrantMeetingItem>().Where(row => row.BookId == work.Book && row.GrantMeetingId == id
            && row.ClosedAt != null && grants.Contains(row.GrantId)).ToDictionaryAsync(row => row.GrantId, row => row.ClosedAt!.Value, ct);
        HashSet<(long, long)> recused = [.. (await work.Db.Set<GrantRecusal>().Where(row => row.BookId == work.Book && row.GrantMeetingId == id
            && row.State != RecusalState.Dismissed).Select(row => new { row.PersonId, row.GrantId }).ToListAsync(ct))
            .Select(row => (row.PersonId, row.GrantId))];
        List<short> groups = await work.Db.Set<GrantMeetingGroup>().Where(row => row.BookId == work.Book && row.GrantMeetingId == id)
            .OrderBy(row => row.No).Select(row => row.No).ToListAsync(ct);
        Dictionary<(long, short), int> entitled = closed.Keys.SelectMany(grant => groups.Select(group => (grant, group)))
            .ToDictionary(key => key, _ => 0);
        foreach (var voter in voters)
        {
            foreach (var (grant, at) in closed)
            {
                if (voter.PresentAt <= at && !recused.Contains((voter.PersonId, grant)))
                {
                    entitled[(grant, voter.GroupNo)]++;
                }
            }
        }

        Dictionary<(long, short, short), int> patterns = [];
        using BallotSeal seal = new(work.Foundation);
        try
        {
            Dictionary<long, short> groupOf = voters.ToDictionary(voter => voter.PersonId, voter => voter.GroupNo);
            await CountPhones(work, id, closed.Keys, groupOf, seal, patterns, ct);
            var kinds = await CountPapers(work, id, version, closed, seal, patterns, ct);
            return new BallotBox(voters.Count, kinds.Values.Sum(), kinds[PaperKind.Valid], kinds[PaperKind.Spoiled],
                kinds[PaperKind.Absent], entitled, patterns);
        }
        catch (CryptographicException)
        {
            throw new RefusedException(SealBroken, ("title", meeting.Title));
        }
    }

    private static async Task CountPhones(Work work, long meeting, ICollection<long> grants, Dictionary<long, short> groupOf, BallotSeal seal,
        Dictionary<(long, short, short), int> patterns, CancellationToken ct)
    {
        // A row for each project rather than for each ballot.
        List<ProjectVotes> votes = await work.Db.Database.SqlQuery<ProjectVotes>(
            $"""
            select v.grant_id as "Grant", array_agg(v.person_id order by v.person_id) as "People",
                   array_agg(v.sealed order by v.person_id) as "Sealed"
              from grant_vote v where v.book_id = {work.Book} and v.grant_meeting_id = {meeting} group by v.grant_id
            """).ToListAsync(ct);
        foreach (ProjectVotes project in votes.Where(row => grants.Contains(row.Grant)))
        {
            for (int i = 0; i < project.People.Length; i++)
            {
                long person = project.People[i];
                byte bits = seal.Open(project.Sealed[i], BallotSeal.Vote(work.Book, meeting, project.Grant, person))[0];
                Add(patterns, (project.Grant, groupOf[person], bits));
            }
        }
    }

    private static async Task<Dictionary<PaperKind, int>> CountPapers(Work work, long meeting, short version, Dictionary<long, Instant> closed,
        BallotSeal seal, Dictionary<(long, short, short), int> patterns, CancellationToken ct)
    {
        var keyed = await (
            from keying in work.Db.Set<GrantBallotKeying>()
            join paper in work.Db.Set<GrantBallot>() on new { keying.BookId, keying.GrantMeetingId, keying.Serial }
                equals new { paper.BookId, paper.GrantMeetingId, paper.Serial }
            where keying.BookId == work.Book && keying.GrantMeetingId == meeting && keying.Version == version && keying.Agrees == true
            select new { keying, paper.GroupNo, paper.Recused }).AsNoTracking().ToListAsync(ct);
        Dictionary<PaperKind, int> kinds = Enum.GetValues<PaperKind>().ToDictionary(kind => kind, _ => 0);
        foreach (var row in keyed)
        {
            KeyedPaper read = KeyedPaper.Read(seal.Open(row.keying.Sealed,
                BallotSeal.Paper(work.Book, meeting, version, row.keying.Serial, row.keying.Pass, row.keying.No)));
            kinds[read.Kind]++;
            if (read.Kind != PaperKind.Valid)
            {
                continue;
            }

            Dictionary<long, short> ticks = read.Ticks.ToDictionary(tick => tick.Grant, tick => tick.Bits);
            foreach (long grant in closed.Keys.Where(grant => !row.Recused.Contains(grant)))
            {
                Add(patterns, (grant, row.GroupNo, ticks.GetValueOrDefault(grant)));
            }
        }

        return kinds;
    }

    private static void Add(Dictionary<(long, short, short), int> patterns, (long, short, short) key) =>
        patterns[key] = patterns.GetValueOrDefault(key) + 1;

    private sealed record ProjectVotes(long Grant, long[] People, byte[][] Sealed);
}
