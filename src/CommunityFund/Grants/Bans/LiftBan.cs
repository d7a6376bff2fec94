using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Bans;

/// <summary>Another person than who imposed a ban ends it before its day, such as on an appeal.</summary>
public sealed record LiftBan(Guid Key, long Ban, string Reason) : Command<Done>(Key)
{
    /// <summary>Who imposed it, or is under it, does not lift it.</summary>
    public const string Another = "ban.another-lifts";

    /// <summary>It is lifted or over already.</summary>
    public const string Ended = "ban.ended";

    /// <summary>Lifting says why.</summary>
    public const string ReasonMissing = "ban.reason-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(GrantRoles.Banning).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > 500)
        {
            throw new RefusedException(ReasonMissing, ("limit", 500));
        }

        await work.Db.Database.ExecuteSqlAsync($"select 1 from grant_ban where book_id = {work.Book} and grant_ban_id = {Ban} for no key update", ct);
        GrantBan ban = await work.Db.Set<GrantBan>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantBanId == Ban, ct)
            ?? throw new RefusedException(GrantBan.Unknown, ("ban", Ban));
        if (ban.LiftedBy is not null || ban.UntilDay < work.Today)
        {
            throw new RefusedException(Ended, ("until", ban.UntilDay));
        }

        (ban.LiftedBy, ban.LiftedAt, ban.LiftReason) = ban.ImposedBy != work.ActorId && ban.PersonId != work.ActorId
            ? (work.ActorId, work.Now, reason) : throw new RefusedException(Another);
        return Done.It;
    }
}
