using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>The board has lifted a designation; what was designated is free again. The record stays.</summary>
/// <param name="Revocation">Which meeting, which resolution.</param>
public sealed record RevokeDesignation(
    Guid Key, long Designation, [property: Personal] string Revocation, LocalDate RevokedOn) : Command<Done>(Key)
{
    /// <summary>It is not there, or lifted already.</summary>
    public const string Gone = "designation.gone";

    /// <summary>It is lifted after it was made, and not on a day that has not come.</summary>
    public const string BadDay = "designation.bad-day";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Role.Accountant, Role.Steer).For(await work.Db.Set<Designation>()
            .Where(row => row.BookId == work.Book && row.DesignationId == Designation).Select(row => row.FundId).ToListAsync(ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Designation row = await work.Db.Set<Designation>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.DesignationId == Designation && row.RevokedAt == null, ct) ?? throw new RefusedException(Gone);
        if (RevokedOn < row.DecidedOn || RevokedOn > work.Today)
        {
            throw new RefusedException(BadDay, ("day", RevokedOn), ("from", row.DecidedOn), ("today", work.Today));
        }

        row.Revocation = FundSigners.Said(Revocation, 200);
        (row.RevokedOn, row.RevokedBy, row.RevokedAt) = (RevokedOn, work.ActorId, work.Now);
        return Done.It;
    }
}
