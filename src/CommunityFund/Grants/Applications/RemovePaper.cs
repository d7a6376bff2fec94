using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Applications;

/// <summary>A paper is taken out of an application that is being written; that it was there is kept.</summary>
public sealed record RemovePaper(Guid Key, long Grant, long Paper) : Command<Done>(Key)
{
    /// <summary>There is no such paper, or it is the form from which the application was filled in.</summary>
    public const string Stays = "application.paper-stays";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(WrittenCase.Writers));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await WrittenCase.Lock(work, Grant, SectionKind.Papers, ct);
        GrantPaper row = await work.Db.Set<GrantPaper>().SingleOrDefaultAsync(each => each.BookId == work.Book && each.GrantId == Grant
            && each.GrantPaperId == Paper && !each.IsOriginal && each.RemovedBy == null, ct) ?? throw new RefusedException(Stays);
        (row.RemovedBy, row.RemovedAt) = (work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
