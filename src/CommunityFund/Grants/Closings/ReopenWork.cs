using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Closings;

/// <summary>The desk lets the work go on once more: for at most sixty days, and without new money, so what was not paid is given up now.</summary>
/// <param name="Until">The last day.</param>
public sealed record ReopenWork(Guid Key, long Grant, int Version, LocalDate Until, string Reason) : Command<GrantMoved>(Key)
{
    /// <summary>The most days it goes on.</summary>
    public const int MostDays = 60;

    /// <summary>The day is over, or too far off.</summary>
    public const string BadDay = "closing.reopen-day";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.ReopenWork, ct);

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        if (Until <= work.Today || Until > work.Today.PlusDays(MostDays))
        {
            throw new RefusedException(BadDay, ("until", Until), ("last", work.Today.PlusDays(MostDays)), ("days", MostDays));
        }

        return await GrantMoves.Make(work, Grant, Version, GrantMove.ReopenWork, Reason, "", ct, async (grant, _, _) =>
        {
            work.Db.Add(new GrantReopening
            {
                BookId = work.Book,
                GrantId = Grant,
                ReopenedOn = work.Today,
                Until = Until,
                ReopenedBy = work.ActorId,
                ReopenedAt = work.Now,
            });
            await work.Db.SaveChangesAsync(ct);
            return await UnpaidPromise.GiveUp(work, grant, "继续执行，冲回未拨承诺", "结项退回后不再拨款", ct);
        }, _ => Until);
    }
}

/// <summary>A closed grant is opened again by panel and steering group: its certificate ends, its entries stay as they were dated.</summary>
public sealed record ReopenClosedGrant(Guid Key, long Grant, int Version, string Reason) : Command<GrantMoved>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        (await GrantMoves.NeedOf(work, Grant, GrantMove.ReopenClosed, ct)).Proved();

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        GrantMoves.Make(work, Grant, Version, GrantMove.ReopenClosed, Reason, "", ct, async (_, _, _) =>
        {
            await CloseGrant.CloseProjects(work, Grant, isOpen: true, ct);
            foreach (GrantCertificate row in await work.Db.Set<GrantCertificate>().Where(row => row.BookId == work.Book && row.GrantId == Grant
                && row.EndedAt == null).ToListAsync(ct))
            {
                row.EndedAt = work.Now;
            }

            await work.Db.SaveChangesAsync(ct);
            return [];
        }, facts => WorkingDays.After(facts.Today, ClosingCase.DecisionDays));
}
