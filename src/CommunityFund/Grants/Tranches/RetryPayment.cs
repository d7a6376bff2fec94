using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Tranches;

/// <summary>改正账户后重付: the account is right, checked and has cooled; the payment is waited for anew.</summary>
public sealed record RetryPayment(Guid Key, long Tranche, int Version) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, TrancheMove.FixPayee, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await TrancheMoves.Make(work, Tranche, Version, TrancheMove.FixPayee, null, ct, async (row, facts) =>
        {
            await AwaitedPayment.Close(work, row, ct);
            await AwaitedPayment.Write(work, row, facts, ct);
            return [];
        });
        return Done.It;
    }
}

/// <summary>更换收款账户: the desk names another account for a running grant; it cools for a day, and what is approved and in no batch is waited
/// for to it.</summary>
/// <param name="Account">Number of the account in the register of payees.</param>
public sealed record ChangePayee(Guid Key, long Grant, long Account, PayeeKind Kind) : Command<Done>(Key)
{
    /// <summary>The grant is over, or does not run yet.</summary>
    public const string NotRunning = "tranche.payee-not-running";

    /// <summary>A payment of it is in a batch or on its way.</summary>
    public const string InBatch = "tranche.payee-in-batch";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk).Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        List<Tranche> plan = await Tranche.LockAll(work, Grant, ct);
        GrantCase grant = await GrantCase.Lock(work, Grant, ct);
        if (grant.State is not (GrantState.Active or GrantState.Suspended))
        {
            throw new RefusedException(NotRunning, ("title", grant.Title), ("state", Term.Of(grant.State)));
        }

        foreach (Tranche row in plan)
        {
            if (row.State == TrancheState.Scheduled || (row.State == TrancheState.Approved && await PaymentUnderWay.Is(work, row.ExpectationId, ct)))
            {
                throw new RefusedException(InBatch, ("no", row.No));
            }
        }

        await NamePayee.Write(work, grant, Account, Kind, ct);
        foreach (Tranche row in plan.Where(row => row.State == TrancheState.Approved))
        {
            await AwaitedPayment.Close(work, row, ct);
            await AwaitedPayment.Write(work, row, await TrancheFacts.Of(work, row, ct), ct);
        }

        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
