using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>All papers are signed and the account was checked: the desk and the first approver let the project begin.</summary>
public sealed record ActivateGrant(Guid Key, long Grant, int Version) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.Activate, ct);

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        LocalDate? first = await work.Db.Set<GrantTranche>().Where(row => row.BookId == work.Book && row.GrantId == Grant)
            .OrderByDescending(row => row.AwardNo).ThenByDescending(row => row.Version).ThenBy(row => row.No)
            .Select(row => (LocalDate?)row.EarliestOn).FirstOrDefaultAsync(ct);
        GrantMoved moved = await GrantMoves.Make(work, Grant, Version, GrantMove.Activate, "", "", ct, due: _ => first);
        if (moved.Happened)
        {
            await work.Db.Database.ExecuteSqlAsync($"select plan_tranches({work.Book}, {Grant}, {work.ActorId}, {work.Now.ToDateTimeUtc()})", ct);
            await TrancheMoves.LookAgain(work, Grant, ct);
        }

        return moved;
    }
}
