using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>The desk has read the notice and publishes it: its days count from tomorrow, for every case in it.</summary>
public sealed record PublishNotice(Guid Key, long Notice) : Command<int>(Key)
{
    /// <summary>The notice is out already, or was dropped.</summary>
    public const string NotWritten = "notice.not-written";

    /// <summary>A case was decided anew, withdrawn, or recommended since it was written.</summary>
    public const string Overtaken = "notice.overtaken";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

    /// <returns>How many cases it tells of.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        // Cases before the notice, as whoever withdraws does.
        long[] grants = await Cases(work, Notice, ct);
        foreach (long grant in grants)
        {
            await GrantCase.Lock(work, grant, ct);
        }

        GrantNotice notice = await GrantNotice.Lock(work, Notice, ct);
        if (notice.State != NoticeState.Written)
        {
            throw new RefusedException(NotWritten, ("state", notice.State));
        }

        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.GrantRoundId == notice.GrantRoundId, ct);
        List<GrantCase> recommended = await work.Db.Set<GrantCase>().Where(row => row.BookId == work.Book
            && row.GrantRoundId == notice.GrantRoundId && row.State == GrantState.Recommended).ToListAsync(ct);
        List<GrantNoticeCase> cases = await work.Db.Set<GrantNoticeCase>()
            .Where(row => row.BookId == work.Book && row.GrantNoticeId == Notice).OrderBy(row => row.GrantId).ToListAsync(ct);
        if (!recommended.Select(row => row.GrantId).ToHashSet().SetEquals(grants))
        {
            throw new RefusedException(Overtaken);
        }

        LocalDate starts = work.Today.PlusDays(1), ends = starts.PlusDays(round.NoticeDays - 1);
        (notice.State, notice.PublishedBy, notice.PublishedAt, notice.StartsOn) = (NoticeState.Published, work.ActorId, work.Now, starts);
        await work.Db.SaveChangesAsync(ct);
        cases.ForEach(row => row.EndsOn = ends);
        await work.Db.SaveChangesAsync(ct);
        foreach (GrantNoticeCase row in cases)
        {
            GrantCase grant = recommended.Single(each => each.GrantId == row.GrantId);
            if ((await GrantDecision.Newest(work, row.GrantId, ct))?.Version != row.DecisionVersion)
            {
                throw new RefusedException(Overtaken);
            }

            await GrantMoves.Make(work, row.GrantId, grant.StateVersion, GrantMove.PublishNotice, "", notice.Minutes, ct, due: _ => ends);
        }

        return cases.Count;
    }

    internal static Task<long[]> Cases(Work work, long notice, CancellationToken ct) => work.Db.Set<GrantNoticeCase>()
        .Where(row => row.BookId == work.Book
            && row.GrantNoticeId == notice).OrderBy(row => row.GrantId).Select(row => row.GrantId).ToArrayAsync(ct);
}
