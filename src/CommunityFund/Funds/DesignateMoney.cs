using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>
/// 内部指定: the board's resolution about unrestricted money is recorded. The books stay as they are: the money is unrestricted
/// before and after.
/// </summary>
/// <param name="Amount">Null: the whole fund.</param>
/// <param name="Resolution">Which meeting, which resolution.</param>
public sealed record DesignateMoney(
    Guid Key, int Fund, Amount? Amount, [property: Personal] string Purpose, [property: Personal] string Resolution,
    LocalDate DecidedOn) : Command<long>(Key)
{
    /// <summary>A resolution is not of a day that has not come.</summary>
    public const string InTheFuture = "designation.in-the-future";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant, Role.Steer).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (DecidedOn > work.Today)
        {
            throw new RefusedException(InTheFuture, ("day", DecidedOn), ("today", work.Today));
        }

        Designation designation = new()
        {
            BookId = work.Book,
            FundId = (await work.FundById(Fund, ct)).FundId,
            Units = Amount?.Units,
            Purpose = FundSigners.Said(Purpose, 500),
            Resolution = FundSigners.Said(Resolution, 200),
            DecidedOn = DecidedOn,
            RecordedBy = work.ActorId,
            RecordedAt = work.Now,
        };
        work.Db.Add(designation);
        await work.Db.SaveChangesAsync(ct);
        return designation.DesignationId;
    }
}
