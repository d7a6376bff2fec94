using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds;

/// <summary>Somebody who signs for the giving fund proposes to hand money to another fund; nothing moves yet.</summary>
/// <param name="Restriction">Restricted money goes only where the same restriction binds it.</param>
/// <param name="Source">Resolution or agreement; may be empty.</param>
public sealed record ProposeTransfer(
    Guid Key, int From, int To, Amount Amount, Restriction Restriction, [property: Personal] string Reason,
    [property: Personal] string Source) : Command<long>(Key)
{
    /// <summary>A fund hands nothing to itself.</summary>
    public const string SameFund = "transfer.same-fund";

    /// <summary>Nothing, or less than nothing, is no transfer.</summary>
    public const string NotPositive = "transfer.not-positive";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(FundSigners.Signing).For(From));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (From == To)
        {
            throw new RefusedException(SameFund);
        }

        if (!Amount.IsPositive)
        {
            throw new RefusedException(NotPositive);
        }

        FundTransfer transfer = new()
        {
            BookId = work.Book,
            FromFund = (await work.FundById(From, ct)).FundId,
            ToFund = (await work.FundById(To, ct)).FundId,
            Units = Amount.Units,
            Restriction = Restriction,
            Reason = FundSigners.Said(Reason, 150),
            Source = FundSigners.Said(Source, 200, isNeeded: false),
            State = TransferState.Proposed,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(transfer);
        await work.Db.SaveChangesAsync(ct);
        return transfer.FundTransferId;
    }
}
