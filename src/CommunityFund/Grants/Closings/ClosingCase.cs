using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Closings;

/// <summary>Whose part of a closing something is.</summary>
internal static class ClosingCase
{
    /// <summary>The grant does not run or close any more.</summary>
    public const string NotNow = "closing.not-now";

    /// <summary>Write the report: the project's own people who lead it, and the desk for whom it filled the application in.</summary>
    public static Role[] Writers { get; } = [Role.Lead, Role.FinLead, Role.Desk];

    /// <summary>Days after the last day for what closes a grant.</summary>
    internal const int PackDays = 30;

    /// <summary>Working days for the decision.</summary>
    internal const int DecisionDays = 20;

    /// <summary>The case, locked, for one of its leads.</summary>
    public static async Task<GrantCase> OfLead(Work work, long grant, CancellationToken ct)
    {
        GrantCase row = await Running(work, grant, ct);
        return IsLead(work, row) ? row : throw new RefusedException(GrantMoves.NotYours, ("title", row.Title), ("mover", GrantMover.Lead));
    }

    /// <summary>The case, locked, for somebody of the body who has no part in it.</summary>
    public static async Task<GrantCase> OfOffice(Work work, long grant, CancellationToken ct, bool alsoEnded = false)
    {
        GrantCase row = alsoEnded ? await GrantCase.Lock(work, grant, ct) : await Running(work, grant, ct);
        return (await row.People(work, ct)).Contains(work.ActorId)
            ? throw new RefusedException(GrantMoves.Related, ("title", row.Title)) : row;
    }

    public static bool IsLead(Work work, GrantCase row) =>
        row.LeadId == work.Actor || row.FinLeadId == work.Actor || (row.FilledBy == work.Actor && work.Rights.Holds(Role.Desk));

    private static async Task<GrantCase> Running(Work work, long grant, CancellationToken ct)
    {
        GrantCase row = await GrantCase.Lock(work, grant, ct);
        await work.Db.Entry(row).ReloadAsync(ct);
        return row.State is GrantState.Active or GrantState.Suspended or GrantState.Closing
            ? row : throw new RefusedException(NotNow, ("title", row.Title), ("state", row.State));
    }
}
