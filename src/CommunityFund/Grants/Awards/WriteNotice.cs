using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>The desk writes the notice of a round: all cases that are recommended now. It goes out when it was read.</summary>
/// <param name="Minutes">Of the meeting that decided.</param>
/// <param name="Address">Where one objects beside the page: place, telephone, mail box of the panel.</param>
/// <param name="Poster">Where the poster hangs.</param>
public sealed record WriteNotice(Guid Key, long Round, string Minutes, string Address, string Poster) : Command<long>(Key)
{
    /// <summary>Nothing of the round is recommended.</summary>
    public const string Nothing = "notice.nothing";

    /// <summary>Minutes, address or place of the poster are missing or too long.</summary>
    public const string WordsMissing = "notice.words-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (string minutes, string address, string poster) = (PlainText.Of(Minutes), PlainText.Of(Address), PlainText.Of(Poster));
        if (minutes.Length is 0 or > 100 || address.Length is 0 or > 300 || poster.Length is 0 or > 200)
        {
            throw new RefusedException(WordsMissing);
        }

        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from grant_round where book_id = {work.Book} and grant_round_id = {Round} for no key update", ct);
        if (!await work.Db.Set<GrantRound>().AnyAsync(row => row.BookId == work.Book && row.GrantRoundId == Round, ct))
        {
            throw new RefusedException(GrantRound.Unknown, ("round", Round));
        }

        List<GrantDecision> decisions = await work.Db.Set<GrantDecision>().AsNoTracking().Where(row => row.BookId == work.Book
            && work.Db.Set<GrantCase>().Any(grant => grant.BookId == row.BookId && grant.GrantId == row.GrantId && grant.GrantRoundId == Round
                && grant.State == GrantState.Recommended)
            && row.Version == work.Db.Set<GrantDecision>().Where(each => each.BookId == row.BookId && each.GrantId == row.GrantId)
                .Max(each => each.Version)).ToListAsync(ct);
        if (decisions.Count == 0)
        {
            throw new RefusedException(Nothing);
        }

        // What was written and not published makes way.
        foreach (GrantNotice before in await work.Db.Set<GrantNotice>().Where(row => row.BookId == work.Book && row.GrantRoundId == Round
            && row.State == NoticeState.Written).ToListAsync(ct))
        {
            (before.State, before.EndedBy, before.EndedAt) = (NoticeState.Dropped, work.ActorId, work.Now);
        }

        await work.Db.SaveChangesAsync(ct);
        GrantNotice notice = new()
        {
            BookId = work.Book,
            GrantRoundId = Round,
            PublicId = Guid.NewGuid(),
            Minutes = minutes,
            Address = address,
            Poster = poster,
            State = NoticeState.Written,
            WrittenBy = work.ActorId,
            WrittenAt = work.Now,
        };
        work.Db.Add(notice);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(decisions.Select(decision => new GrantNoticeCase
        {
            BookId = work.Book,
            GrantNoticeId = notice.GrantNoticeId,
            GrantId = decision.GrantId,
            DecisionVersion = decision.Version,
        }));
        await work.Db.SaveChangesAsync(ct);
        return notice.GrantNoticeId;
    }
}
