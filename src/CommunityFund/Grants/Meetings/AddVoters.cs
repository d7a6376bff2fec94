using System.Globalization;
using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>A voter as the list says it.</summary>
/// <param name="Group">Name of the group.</param>
/// <param name="Community">Where the voter lives, or empty.</param>
public sealed record VoterForm([property: Personal] string Name, string Group, string Community = "");

/// <summary>Voters come on the roll of a meeting, each in one group; each gets number and code for a slip. The roll closes when voting
/// begins.</summary>
public sealed record AddVoters(Guid Key, long Meeting, IReadOnlyList<VoterForm> Voters) : Command<int>(Key)
{
    /// <summary>Nobody is named, or more than a roll bears.</summary>
    public const string NoVoters = "vote.no-voters";

    /// <summary>The meeting has no such group.</summary>
    public const string NoSuchGroup = "vote.no-such-group";

    /// <summary>A name stands twice in the list, or is on the roll in another group.</summary>
    public const string VoterTwice = "vote.voter-twice";

    private const int Longest = 2000;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Preparing, ct);

    /// <returns>How many are new on the roll.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        GrantMeeting meeting = await GrantMeeting.LockAgreed(work, Meeting, ct);
        if (MeetingNeeds.NotOpened(await MeetingFacts.Of(work, meeting, ct)) is { } opened)
        {
            throw new RefusedException(opened);
        }

        (string Name, string Group, string Community)[] asked =
            [.. Voters.Select(voter => (PlainText.Of(voter.Name), PlainText.Of(voter.Group), PlainText.Of(voter.Community)))];
        if (asked.Length is 0 or > Longest || Array.Exists(asked, voter => voter.Name.Length == 0 || voter.Community.Length > 60))
        {
            throw new RefusedException(NoVoters, ("limit", Longest));
        }

        if (asked.GroupBy(voter => voter.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new RefusedException(VoterTwice, ("name", twice.Key));
        }

        Dictionary<string, short> groups = await work.Db.Set<GrantMeetingGroup>()
            .Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting)
            .ToDictionaryAsync(row => row.Name, row => row.No, ct);
        if (Array.Find(asked, voter => !groups.ContainsKey(voter.Group)) is { Name: not null } lost)
        {
            throw new RefusedException(NoSuchGroup, ("name", lost.Name), ("group", lost.Group), ("groups", string.Join('、', groups.Keys)));
        }

        long?[] people = await Counterparty.FindOrAddAll(work, [.. asked.Select(voter => (PersonKind.Person, voter.Name))], ct);
        Dictionary<long, short> known = await work.Db.Set<GrantMeetingVoter>().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting)
            .ToDictionaryAsync(row => row.PersonId, row => row.GroupNo, ct);
        HashSet<string> tickets = [];
        int added = 0;
        for (int i = 0; i < asked.Length; i++)
        {
            if (known.TryGetValue(people[i]!.Value, out short group))
            {
                if (group != groups[asked[i].Group])
                {
                    throw new RefusedException(VoterTwice, ("name", asked[i].Name));
                }

                continue;
            }

            work.Db.Add(new GrantMeetingVoter
            {
                BookId = work.Book,
                GrantMeetingId = Meeting,
                PersonId = people[i]!.Value,
                GroupNo = groups[asked[i].Group],
                Community = asked[i].Community,
                Ticket = await NewTicket(work, tickets, ct),
                Salt = RandomNumberGenerator.GetBytes(16),
                Channel = VoteChannel.None,
                AddedBy = work.ActorId,
                AddedAt = work.Now,
            });
            added++;
        }

        await work.Db.SaveChangesAsync(ct);
        await GrantRecusal.Compute(work, work.Book, Meeting, ct);
        return added;
    }

    private static async Task<string> NewTicket(Work work, HashSet<string> drawn, CancellationToken ct)
    {
        while (true)
        {
            string ticket = RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture);
            if (drawn.Add(ticket) && !await work.Db.Set<GrantMeetingVoter>().AnyAsync(row => row.Ticket == ticket, ct))
            {
                return ticket;
            }
        }
    }
}
