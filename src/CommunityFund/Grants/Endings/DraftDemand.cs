using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>The accountant drafts a demand: the advance that is open after the final account, and what the panel found not to be allowed.
/// </summary>
/// <param name="DueOn">Until when it is to be paid.</param>
public sealed record DraftDemand(Guid Key, long Grant, int Version, LocalDate DueOn, string Reason) : Command<long>(Key)
{
    /// <summary>Nothing is open and nothing was found.</summary>
    public const string Nothing = "demand.nothing";

    /// <summary>Another demand is on its way.</summary>
    public const string AnotherWaits = "demand.another-waits";

    /// <summary>It is due too soon or too far ahead.</summary>
    public const string BadDay = "demand.bad-day";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    /// <returns>The demand.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await GrantCase.Lock(work, Grant, ct);
        await Termination.Unrelated(work, grant, ct);
        if (grant.StateVersion != Version)
        {
            throw new RefusedException(GrantMoves.Stale, ("title", grant.Title), ("state", grant.State));
        }

        if (grant.State is not (GrantState.Active or GrantState.Suspended or GrantState.Closing or GrantState.Terminated))
        {
            throw new RefusedException(RecordHearing.NotRunning, ("title", grant.Title), ("state", grant.State));
        }

        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > 500)
        {
            throw new RefusedException(GrantMoves.ReasonMissing, ("move", GrantMove.DemandReturn), ("limit", 500));
        }

        if (DueOn < work.Today.PlusDays(7) || DueOn > work.Today.PlusDays(366))
        {
            throw new RefusedException(BadDay, ("day", DueOn), ("from", work.Today.PlusDays(7)));
        }

        GrantFacts facts = await GrantFacts.Of(work, grant, ct);
        if (EndingNeeds.FinallyAcquitted(facts) is { } refusal && grant.State == GrantState.Terminated)
        {
            throw new RefusedException(refusal);
        }

        List<GrantDemand> before = await work.Db.Set<GrantDemand>().Where(row => row.BookId == work.Book && row.GrantId == Grant).ToListAsync(ct);
        if (before.Exists(row => row.State is DemandState.Drafted or DemandState.Signed or DemandState.Prepared))
        {
            throw new RefusedException(AnotherWaits, ("title", grant.Title));
        }

        List<ClaimedPart> parts = await DemandLines.Due(work, grant, ct);
        if (parts.Count == 0)
        {
            throw new RefusedException(Nothing, ("title", grant.Title));
        }

        GrantDemand demand = new()
        {
            BookId = work.Book,
            GrantId = Grant,
            No = (short)(before.Count + 1),
            Reason = reason,
            DueOn = DueOn,
            State = DemandState.Drafted,
            DraftedBy = work.ActorId,
            DraftedAt = work.Now,
        };
        work.Db.Add(demand);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(parts.Select(part => new GrantDemandPart
        {
            BookId = work.Book,
            GrantDemandId = demand.GrantDemandId,
            TrancheId = part.Tranche,
            FundId = part.Fund,
            OpenUnits = part.Open,
            RefusedUnits = part.Refused,
        }));
        await work.Db.SaveChangesAsync(ct);
        return demand.GrantDemandId;
    }
}

/// <summary>签发: the second approver signs a demand that another drafted; its letter goes out.</summary>
public sealed record SignDemand(Guid Key, long Demand) : Command<Done>(Key)
{
    /// <summary>Whoever drafted it does not sign it.</summary>
    public const string OwnDemand = "demand.own";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.ApproverL2).Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantDemand demand, GrantCase grant) = await GrantDemand.Lock(work, Demand, ct, DemandState.Drafted);
        await Termination.Unrelated(work, grant, ct);
        (demand.State, demand.SignedBy, demand.SignedAt) = demand.DraftedBy != work.ActorId ? (DemandState.Signed, work.ActorId, work.Now)
            : throw new RefusedException(OwnDemand);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>A demand that is not in the books yet is taken back.</summary>
public sealed record WithdrawDemand(Guid Key, long Demand) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant, Role.ApproverL2));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantDemand demand, GrantCase grant) = await GrantDemand.Lock(work, Demand, ct, DemandState.Drafted, DemandState.Signed);
        await Termination.Unrelated(work, grant, ct);
        demand.State = DemandState.Withdrawn;
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
