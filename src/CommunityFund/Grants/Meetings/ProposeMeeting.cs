using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Grants.Meetings;

/// <summary>A criterion as the form says it.</summary>
public sealed record CriterionForm(string Name, int Weight);

/// <summary>A voter group as the form says it.</summary>
public sealed record VoterGroupForm(string Name, int Weight, int Quorum);

/// <summary>The desk draws up a scoring meeting with all its rules; another person locks it. It is never edited: what is wrong is dropped and
/// drawn up again, so that nobody can say which draft was locked.</summary>
/// <param name="At">Hour and minute, 24 hours.</param>
public sealed record ProposeMeeting(
    Guid Key, long Round, string Title, string Place, LocalDate On, string At, int SpeakMinutes, int AnswerMinutes, VoteMode Mode, bool WeighsGroups,
    IReadOnlyList<CriterionForm> Criteria, IReadOnlyList<VoterGroupForm> Groups, int Quorum, bool OwnCommunity, IReadOnlyList<TieRule> Ties)
    : Command<long>(Key)
{
    /// <summary>Title, place, time or minutes are missing or out of range.</summary>
    public const string WordsMissing = "vote.words-missing";

    /// <summary>The criteria's weights do not sum to a hundred, or a criterion has no name or stands twice.</summary>
    public const string WeightsUnequal = "vote.weights-unequal";

    /// <summary>The groups are missing, stand twice, or have weights or a quorum that cannot be.</summary>
    public const string GroupsWrong = "vote.groups-wrong";

    /// <summary>The tie rule does not end with lots, or names a rule twice.</summary>
    public const string TiesWrong = "vote.ties-wrong";

    /// <summary>The round is not in force.</summary>
    public const string RoundNotAgreed = "vote.round-not-agreed";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.OverRound(work, Round, MeetingRoles.Preparing, ct);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Instant starts = Checked(work);
        GrantRound? round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantRoundId == Round, ct);
        if (round is not { State: RegisterState.Agreed })
        {
            throw new RefusedException(RoundNotAgreed);
        }

        GrantMeeting meeting = new()
        {
            BookId = work.Book,
            GrantRoundId = Round,
            Title = PlainText.Of(Title),
            Place = PlainText.Of(Place),
            StartsAt = starts,
            SpeakMinutes = (short)SpeakMinutes,
            AnswerMinutes = (short)AnswerMinutes,
            Mode = Mode,
            WeighsGroups = WeighsGroups,
            Quorum = (short)Quorum,
            OwnCommunity = OwnCommunity,
            Ties = [.. Ties.Select(Codes.Kebab)],
            State = RegisterState.Waiting,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(meeting);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(Criteria.Select((criterion, index) => new GrantMeetingCriterion
        {
            BookId = work.Book,
            GrantMeetingId = meeting.GrantMeetingId,
            No = (short)(index + 1),
            Name = PlainText.Of(criterion.Name),
            Weight = (short)criterion.Weight,
        }));
        work.Db.AddRange(Groups.Select((group, index) => new GrantMeetingGroup
        {
            BookId = work.Book,
            GrantMeetingId = meeting.GrantMeetingId,
            No = (short)(index + 1),
            Name = PlainText.Of(group.Name),
            Weight = (short)(WeighsGroups ? group.Weight : 1),
            Quorum = (short)group.Quorum,
        }));
        await work.Db.SaveChangesAsync(ct);
        return meeting.GrantMeetingId;
    }

    private Instant Checked(Work work)
    {
        if (PlainText.Of(Title).Length is 0 or > 100 || PlainText.Of(Place).Length is 0 or > 100 || SpeakMinutes is < 1 or > 60
            || AnswerMinutes is < 0 or > 60 || !Enum.IsDefined(Mode) || LocalTimePattern.CreateWithInvariantCulture("H:mm").Parse(At ?? "") is not
            { Success: true, Value: var time }
            || On < work.Today || On > work.Today.PlusYears(1))
        {
            throw new RefusedException(WordsMissing);
        }

        string[] criteria = [.. Criteria.Select(criterion => PlainText.Of(criterion.Name))];
        if (criteria.Length is 0 or > 8 || Array.Exists(criteria, name => name.Length is 0 or > 20) || criteria.Distinct().Count() < criteria.Length
            || Criteria.Any(criterion => criterion.Weight is < 1 or > 100) || Criteria.Sum(criterion => criterion.Weight) != 100)
        {
            throw new RefusedException(WeightsUnequal, ("sum", Criteria.Sum(criterion => (long)criterion.Weight)));
        }

        string[] groups = [.. Groups.Select(group => PlainText.Of(group.Name))];
        if (groups.Length is 0 or > 12 || Array.Exists(groups, name => name.Length is 0 or > 30) || groups.Distinct().Count() < groups.Length
            || Groups.Any(group => group.Quorum is < 0 or > 2000 || (WeighsGroups && group.Weight is < 1 or > 100)) || Quorum is < 1 or > 2000
            || Groups.Sum(group => group.Quorum) is var sum && sum > 2000)
        {
            throw new RefusedException(GroupsWrong);
        }

        if (Ties.Count == 0 || Ties[^1] != TieRule.Lots || Ties.Distinct().Count() < Ties.Count || Ties.Any(tie => !Enum.IsDefined(tie)))
        {
            throw new RefusedException(TiesWrong);
        }

        return (On + time).InZoneLeniently(MeetingClock.Shanghai).ToInstant();
    }
}
