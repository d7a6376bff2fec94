using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>After an objection was upheld the chair has the votes counted again: all paper is keyed anew, and the old count stays as it
/// is.</summary>
public sealed record Recount(Guid Key, long Meeting, string Reason) : Command<int>(Key)
{
    /// <summary>No objection asks for it, or the last count is not signed yet.</summary>
    public const string NotAsked = "vote.no-recount";

    /// <summary>It does not say why, or says too much.</summary>
    public const string ReasonMissing = "vote.recount-reason";

    private const int MostCounts = 20;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => MeetingRoles.Over(work, Meeting, MeetingRoles.Running, ct);

    /// <returns>The version of the count that begins.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > 300)
        {
            throw new RefusedException(ReasonMissing, ("limit", 300));
        }

        GrantMeeting meeting = await GrantMeeting.LockAgreed(work, Meeting, ct);
        GrantTally? last = await work.Db.Set<GrantTally>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantMeetingId == Meeting)
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(ct);
        if (last is not { State: TallyState.Signed, Version: < MostCounts } || !await IsAsked(work, Meeting, last, ct))
        {
            throw new RefusedException(NotAsked, ("title", meeting.Title));
        }

        work.Db.Add(new GrantTally
        {
            BookId = work.Book,
            GrantMeetingId = Meeting,
            Version = (short)(last.Version + 1),
            State = TallyState.Keying,
            Reason = reason,
            BegunBy = work.ActorId,
            BegunAt = work.Now,
            Present = 0,
            Papers = 0,
            ValidPapers = 0,
            SpoiledPapers = 0,
            AbsentPapers = 0,
        });
        await work.Db.SaveChangesAsync(ct);
        return last.Version + 1;
    }

    /// <summary>Whether an objection about a case of the count was upheld after it was signed.</summary>
    internal static Task<bool> IsAsked(Work work, long meeting, GrantTally last, CancellationToken ct) =>
        work.Db.Set<GrantLog>().AnyAsync(log => log.BookId == work.Book && log.Move == GrantMove.UpholdRecount && log.At >= last.SignedAt
            && work.Db.Set<GrantTallyGroup>().Any(row => row.BookId == work.Book && row.GrantMeetingId == meeting && row.Version == last.Version
                && row.GrantId == log.GrantId), ct);
}
