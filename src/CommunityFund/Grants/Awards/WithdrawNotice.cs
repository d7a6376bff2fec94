using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>The desk takes a published notice back and says publicly what was wrong with it; its cases are noticed anew.</summary>
/// <param name="Correction">更正说明; stays on the public page.</param>
public sealed record WithdrawNotice(Guid Key, long Notice, string Correction) : Command<int>(Key)
{
    /// <summary>The notice is not out.</summary>
    public const string NotPublished = "notice.not-published";

    /// <summary>The word of correction is missing.</summary>
    public const string CorrectionMissing = "notice.correction-missing";

    /// <summary>Of its cases one is objected to or awarded, and stays noticed.</summary>
    public const string NotAllThere = "notice.not-all-there";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        string correction = PlainText.Of(Correction);
        if (correction.Length is 0 or > 500)
        {
            throw new RefusedException(CorrectionMissing, ("limit", 500));
        }

        List<GrantCase> cases = [];
        foreach (long grant in await PublishNotice.Cases(work, Notice, ct))
        {
            cases.Add(await GrantCase.Lock(work, grant, ct));
        }

        GrantNotice notice = await GrantNotice.Lock(work, Notice, ct);
        if (notice.State != NoticeState.Published)
        {
            throw new RefusedException(NotPublished, ("state", notice.State));
        }

        if (cases.FirstOrDefault(grant => grant.State is GrantState.Objected or GrantState.Awarded or GrantState.Active) is { } held)
        {
            throw new RefusedException(NotAllThere, ("title", held.Title), ("state", held.State));
        }

        foreach (GrantCase grant in cases.Where(grant => grant.State == GrantState.PublicNotice))
        {
            await GrantMoves.Make(work, grant.GrantId, grant.StateVersion, GrantMove.WithdrawNotice, correction, "", ct,
                due: _ => WorkingDays.After(work.Today, 3));
        }

        (notice.State, notice.Correction, notice.EndedBy, notice.EndedAt) = (NoticeState.Withdrawn, correction, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return cases.Count;
    }
}
