using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>What the panel finds about an objection.</summary>
public enum ObjectionFinding
{
    /// <summary>不成立; the rest of the window goes on.</summary>
    Dismiss,

    /// <summary>成立，重新计票.</summary>
    Recount,

    /// <summary>成立，取消资格.</summary>
    Remove,
}

/// <summary>The panel answers an objection. One that is upheld takes the case off the notice at once; the case goes on when the last one that
/// was registered is dismissed, with the days added that it stood still.</summary>
/// <param name="Resolution">The panel's resolution, where it upholds.</param>
public sealed record AnswerObjection(
    Guid Key, long Objection, int Version, ObjectionFinding Finding, string Answer, string Resolution = "") : Command<GrantMoved>(Key)
{
    /// <summary>The panel upholds by resolution.</summary>
    public const string ResolutionMissing = "objection.resolution-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Panel));

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        string answer = GrantObjection.ReadAnswer(Answer);
        if (Finding != ObjectionFinding.Dismiss && PlainText.Of(Resolution).Length is 0 or > 100)
        {
            throw new RefusedException(ResolutionMissing);
        }

        (GrantCase grant, GrantObjection objection) = await GrantObjection.Lock(work, Objection, ObjectionState.Registered, ct);
        List<GrantObjection> others = await GrantObjection.Open(work, grant.GrantId)
            .Where(row => row.GrantObjectionId != Objection && row.State == ObjectionState.Registered).ToListAsync(ct);
        Close(work, objection, answer);
        if (Finding == ObjectionFinding.Dismiss)
        {
            await work.Db.SaveChangesAsync(ct);
            if (others.Count > 0)
            {
                return await Stays(work, grant, ct);
            }

            LocalDate? ends = await GoesOn(work, grant, ct);
            return await GrantMoves.Make(work, grant.GrantId, Version, GrantMove.DismissObjection, answer, "", ct, due: _ => ends);
        }

        // The case leaves the notice, and what else was said of it is answered by that.
        others.ForEach(other => Close(work, other, answer));
        await work.Db.SaveChangesAsync(ct);
        return await GrantMoves.Make(work, grant.GrantId, Version,
            Finding == ObjectionFinding.Recount ? GrantMove.UpholdRecount : GrantMove.UpholdRemove, answer, Resolution, ct);
    }

    private void Close(Work work, GrantObjection objection, string answer) =>
        (objection.State, objection.Answer, objection.AnsweredBy, objection.AnsweredAt) =
            (Finding switch
            {
                ObjectionFinding.Dismiss => ObjectionState.Dismissed,
                ObjectionFinding.Recount => ObjectionState.Recount,
                _ => ObjectionState.Remove,
            }, answer, work.ActorId, work.Now);

    /// <summary>No move is made, so what a move asks for is asked here.</summary>
    private async Task<GrantMoved> Stays(Work work, GrantCase grant, CancellationToken ct)
    {
        if (grant.StateVersion != Version)
        {
            throw new RefusedException(GrantMoves.Stale, ("title", grant.Title), ("state", grant.State));
        }

        return (await grant.People(work, ct)).Contains(work.ActorId)
            ? throw new RefusedException(GrantMoves.Related, ("title", grant.Title))
            : new GrantMoved(false, []);
    }

    /// <summary>The days from the objection to now are added to the window.</summary>
    private static async Task<LocalDate?> GoesOn(Work work, GrantCase grant, CancellationToken ct)
    {
        GrantNoticeCase? told = await (
            from row in work.Db.Set<GrantNoticeCase>()
            join notice in work.Db.Set<GrantNotice>() on new { row.BookId, row.GrantNoticeId } equals new { notice.BookId, notice.GrantNoticeId }
            where row.BookId == work.Book && row.GrantId == grant.GrantId && notice.State == NoticeState.Published
            orderby row.GrantNoticeId descending
            select row).FirstOrDefaultAsync(ct);
        if (told?.EndsOn is not { } ends)
        {
            return null;
        }

        // It stood still since the move that brought it here; after an appeal the window may be over, and nothing is added to it.
        Instant since = await work.Db.Set<GrantLog>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
            && row.StateVersion == grant.StateVersion).Select(row => row.At).SingleAsync(ct);
        LocalDate stopped = since.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
        told.EndsOn = stopped > ends ? ends : ends.PlusDays(Period.Between(stopped, work.Today, PeriodUnits.Days).Days);
        await work.Db.SaveChangesAsync(ct);
        return told.EndsOn;
    }
}
