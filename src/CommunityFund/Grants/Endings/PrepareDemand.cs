using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>The accountant writes the voucher of a demand that was signed: Dr 112202 / Cr 112201 for each fund.</summary>
public sealed record PrepareDemand(Guid Key, long Demand, IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>What is open has changed since it was drafted.</summary>
    public const string Changed = "demand.changed";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => DemandFunds.NeedOf(work, Demand, [Role.Accountant], ct);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (GrantDemand demand, GrantCase grant) = await GrantDemand.Lock(work, Demand, ct, DemandState.Signed);
        await Termination.Unrelated(work, grant, ct);
        List<ClaimedPart> parts = await DemandLines.Due(work, grant, ct);
        List<GrantDemandPart> said = await work.Db.Set<GrantDemandPart>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantDemandId == Demand).ToListAsync(ct);
        if (!parts.Select(part => (part.Tranche, part.Fund, part.Open, part.Refused)).Order()
            .SequenceEqual(said.Select(part => (part.TrancheId, part.FundId, part.OpenUnits, part.RefusedUnits)).Order()))
        {
            throw new RefusedException(Changed, ("no", demand.No), ("title", grant.Title), ("said", Amount.Fen(said.Sum(part => part.OpenUnits
                + part.RefusedUnits))), ("now", Amount.Fen(parts.Sum(part => part.Units))));
        }

        LocalDate day = await work.FirstOpenDay(work.Today, ct);
        long voucher = await work.Prepare(new Draft(await DemandLines.Entry(work, grant, demand, parts, day, ct), Documents: Documents,
            Then: new DemandStands(Demand), Otherwise: new DemandWaits(Demand), Undo: new DemandUndone(Demand)), ct);
        (demand.State, demand.VoucherId) = (DemandState.Prepared, voucher);
        await work.Db.SaveChangesAsync(ct);
        return voucher;
    }
}

/// <summary>Whoever writes a demand's vouchers does so for all its funds.</summary>
internal static class DemandFunds
{
    public static async ValueTask<Need> NeedOf(Work work, long demand, IReadOnlyList<Role> roles, CancellationToken ct) =>
        Need.Any(roles).For(await work.Db.Set<GrantDemandPart>().Where(row => row.BookId == work.Book && row.GrantDemandId == demand)
            .Select(row => row.FundId).Distinct().ToListAsync(ct));
}

/// <summary>The demand's voucher was posted: the claim stands, its tranches are claimed back, and what is to be paid is waited for.</summary>
[Consequence("demand-stands", 1)]
internal sealed record DemandStands(long Demand) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (GrantDemand demand, GrantCase grant) = await GrantDemand.Lock(work, Demand, ct, DemandState.Prepared);
        long voucher = demand.VoucherId!.Value;
        List<GrantDemandPart> parts = await work.Db.Set<GrantDemandPart>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantDemandId == Demand).ToListAsync(ct);
        foreach (Tranche tranche in (await Tranche.LockAll(work, grant.GrantId, ct))
            .Where(row => parts.Exists(part => part.TrancheId == row.TrancheId)))
        {
            // What was to come back of it unasked is claimed now.
            await GrantReturn.Drop(work, tranche, ct);
            GrantDemandPart[] own = [.. parts.Where(part => part.TrancheId == tranche.TrancheId)];
            await MoneyRegister.Note(work, grant.GrantId, tranche.TrancheId, MoneyMove.Acquitted,
                own.Select(part => new FundUnits(part.FundId, -part.RefusedUnits)), voucher, work.Today, ct);
            await MoneyRegister.Note(work, grant.GrantId, tranche.TrancheId, MoneyMove.Demanded,
                own.Select(part => new FundUnits(part.FundId, part.OpenUnits + part.RefusedUnits)), voucher, work.Today, ct);

            // A tranche whose money still works in a grant that runs goes on; the rest is claimed back.
            if (TrancheLife.Table.Find(tranche.State, TrancheMove.ClawBack) is not null
                && (await TrancheMoney.Of(work, tranche.TrancheId, ct)).Advance == 0)
            {
                await TrancheMoves.Follow(work, tranche, TrancheMove.ClawBack, ct, demand.Reason,
                    (_, _) => Task.FromResult<IReadOnlyList<long>>([voucher]));
            }
        }

        foreach (GrantDisallowance finding in await work.Db.Set<GrantDisallowance>()
            .Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
            && row.GrantDemandId == null).ToListAsync(ct))
        {
            finding.GrantDemandId = Demand;
        }

        (demand.State, demand.StandsOn) = (DemandState.Stands, work.Today);
        await work.Db.SaveChangesAsync(ct);
        await ClaimInstalments.Await(work, grant, demand, [(demand.DueOn, parts.Sum(part => part.OpenUnits + part.RefusedUnits))], ct);
        if (grant.State == GrantState.Terminated)
        {
            await GrantMoves.Make(work, grant.GrantId, grant.StateVersion, GrantMove.DemandReturn, demand.Reason, "", ct,
                (_, _, _) => Task.FromResult<IReadOnlyList<long>>([voucher]), byVoucher: true);
        }
    }
}

/// <summary>The demand's voucher was rejected or withdrawn: it is signed still, and may be written anew.</summary>
[Consequence("demand-waits", 1)]
internal sealed record DemandWaits(long Demand) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (GrantDemand demand, _) = await GrantDemand.Lock(work, Demand, ct, DemandState.Prepared);
        (demand.State, demand.VoucherId) = (DemandState.Signed, null);
        await work.Db.SaveChangesAsync(ct);
    }
}

/// <summary>A claim that stands is not undone by a reversal: the letter is out. It is cut by resolution.</summary>
[Consequence("demand-undone", 1)]
internal sealed record DemandUndone(long Demand) : Consequence
{
    /// <summary>A claim is made smaller by resolution and not by a reversal.</summary>
    public const string ByResolution = "demand.by-resolution";

    internal override Need Needs => Need.Person;

    internal override Task Happen(Work work, CancellationToken ct) => throw new RefusedException(ByResolution);

    internal override Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct) =>
        throw new RefusedException(ByResolution);

    internal override Task PutRightLater(Work work, CancellationToken ct) => throw new RefusedException(ByResolution);
}
