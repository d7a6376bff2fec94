using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>A voter is handed a numbered ballot, on which the projects the voter steps back from are struck out; the phone is blocked from then
/// on. Which number it is the log does not say.</summary>
public sealed record IssuePaper(Guid Key, long Meeting, long Person, [property: Secret] int Serial) : Command<Done>(Key)
{
    /// <summary>The number is none, or was handed out before.</summary>
    public const string SerialTaken = "vote.serial-taken";

    /// <summary>The voter has not checked in.</summary>
    public const string NotPresent = "vote.not-present";

    /// <summary>The voter has a channel already.</summary>
    public const string HasChannel = "vote.has-channel";

    /// <summary>The chair has not decided on what the voter declared.</summary>
    public const string RecusalOpen = "vote.recusal-open";

    /// <summary>The highest number of a ballot.</summary>
    internal const int LastSerial = 99999;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.AtTheDoor, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await GrantMeeting.LockAgreed(work, Meeting, ct);
        GrantMeetingVoter voter = await work.Db.Set<GrantMeetingVoter>().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.GrantMeetingId == Meeting && row.PersonId == Person, ct)
            ?? throw new RefusedException(GrantMeetingVoter.NotOnRoll);
        if (voter.PresentAt is null)
        {
            throw new RefusedException(NotPresent);
        }

        if (voter.Channel != VoteChannel.None)
        {
            throw new RefusedException(HasChannel, ("channel", voter.Channel));
        }

        await GrantRecusal.Compute(work, work.Book, Meeting, ct);
        List<GrantRecusal> recusals = await work.Db.Set<GrantRecusal>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantMeetingId == Meeting && row.PersonId == Person && row.State != RecusalState.Dismissed).ToListAsync(ct);
        if (recusals.Exists(row => row.State == RecusalState.Asked))
        {
            throw new RefusedException(RecusalOpen);
        }

        await Hand(work, Meeting, Serial, voter.GroupNo, [.. recusals.Select(row => row.GrantId).Order()], ct);
        voter.Channel = VoteChannel.Paper;
        return Done.It;
    }

    internal static async Task Hand(Work work, long meeting, int serial, short group, long[] recused, CancellationToken ct)
    {
        if (serial is < 1 or > LastSerial || await work.Db.Set<GrantBallot>().AnyAsync(row => row.BookId == work.Book && row.GrantMeetingId == meeting
            && row.Serial == serial, ct))
        {
            throw new RefusedException(SerialTaken, ("serial", serial));
        }

        work.Db.Add(new GrantBallot
        {
            BookId = work.Book,
            GrantMeetingId = meeting,
            Serial = serial,
            GroupNo = group,
            Recused = recused,
            State = PaperState.Out,
        });
    }
}

/// <summary>A ballot that was torn or wrongly marked is given back against another, before any vote is closed; the old number stays known.</summary>
public sealed record ExchangePaper(Guid Key, long Meeting, [property: Secret] int Serial, [property: Secret] int NewSerial) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.AtTheDoor, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await GrantMeeting.LockAgreed(work, Meeting, ct);
        GrantBallot old = await work.Db.Set<GrantBallot>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantMeetingId == Meeting
            && row.Serial == Serial && row.State == PaperState.Out, ct) ?? throw new RefusedException(KeyPaper.UnknownPaper, ("serial", Serial));
        await IssuePaper.Hand(work, Meeting, NewSerial, old.GroupNo, old.Recused, ct);
        old.State = PaperState.Exchanged;
        return Done.It;
    }
}
