using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds.Endings;

/// <summary>What had to be published about a closed fund was published: where, and on which day.</summary>
public sealed record NoteDisclosure(Guid Key, long Disclosure, string PublishedAt, LocalDate PublishedOn) : Command<Done>(Key)
{
    /// <summary>There is no such task, or it is done.</summary>
    public const string Gone = "ending.disclosure-gone";

    /// <summary>The day has not come, or lies before the fund was closed.</summary>
    public const string BadDay = "ending.disclosure-day";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(FundSigners.Signing).For(
        await work.Db.Set<FundDisclosure>().Where(row => row.BookId == work.Book && row.FundDisclosureId == Disclosure)
            .Select(row => row.FundId).ToListAsync(ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FundDisclosure task = await work.Db.Set<FundDisclosure>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.FundDisclosureId == Disclosure && row.DoneAt == null, ct) ?? throw new RefusedException(Gone);
        LocalDate? closed = await work.Db.Set<FundEnding>().Where(row => row.BookId == work.Book
            && row.FundEndingId == task.FundEndingId)
            .Select(row => row.ClosedOn).SingleAsync(ct);
        if (PublishedOn > work.Today || PublishedOn < closed)
        {
            throw new RefusedException(BadDay, ("day", PublishedOn), ("from", closed), ("today", work.Today));
        }

        (task.PublishedAt, task.PublishedOn, task.DoneBy, task.DoneAt) =
            (FundSigners.Said(PublishedAt, 200), PublishedOn, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
