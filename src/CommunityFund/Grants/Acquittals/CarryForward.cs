using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Acquittals;

/// <summary>余款结转下期: what little is left of a tranche goes on as an advance of the next one. The books know no tranche, so no voucher says it.
/// </summary>
public sealed record CarryForward(Guid Key, long Tranche, int Version) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, TrancheMove.CarryForward, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Tranche moved = await TrancheMoves.Make(work, Tranche, Version, TrancheMove.CarryForward, null, ct, async (tranche, _) =>
        {
            if (await GrantReturn.Announced(work, tranche.TrancheId, ct) is > 0 and var announced)
            {
                throw new RefusedException(ReturnUnspent.OneOpen, ("no", tranche.No), ("amount", Amount.Fen(announced)));
            }

            long next = (await AcquittalFacts.Next(work, tranche, ct))!.Value;
            FundUnits[] left = [.. (await work.Db.Set<TrancheFund>().AsNoTracking()
                .Where(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId).OrderBy(row => row.Place).ToListAsync(ct))
                .Where(row => row.Advance > 0).Select(row => new FundUnits(row.FundId, row.Advance))];
            await MoneyRegister.Note(work, tranche.GrantId, tranche.TrancheId, MoneyMove.Carried,
                left.Select(part => part with { Units = -part.Units }), null, work.Today, ct);
            await MoneyRegister.Note(work, tranche.GrantId, next, MoneyMove.Carried, left, null, work.Today, ct);
            return [];
        });
        await TrancheMoves.LookAgain(work, moved.GrantId, ct);
        return Done.It;
    }

    /// <summary>A tranche ends unpaid, and what was carried to it goes back to the one before that was settled by it: there it is accounted for or
    /// sent back.</summary>
    internal static async Task Back(Work work, Tranche ended, CancellationToken ct)
    {
        FundUnits[] carried = [.. (await work.Db.Set<TrancheFund>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.TrancheId == ended.TrancheId).OrderBy(row => row.Place).ToListAsync(ct))
            .Where(row => row.Advance > 0).Select(row => new FundUnits(row.FundId, row.Advance))];
        if (carried.Length == 0 || (await Tranches.Tranche.LockAll(work, ended.GrantId, ct)).FindLast(row => row.AwardNo == ended.AwardNo
            && row.No < ended.No && row.State == TrancheState.Settled) is not { } before)
        {
            return;
        }

        await TrancheMoves.Follow(work, before, TrancheMove.UndoAcquittal, ct, moving: async (_, _) =>
        {
            await MoneyRegister.Note(work, ended.GrantId, ended.TrancheId, MoneyMove.Carried,
                carried.Select(part => part with { Units = -part.Units }), null, work.Today, ct);
            await MoneyRegister.Note(work, ended.GrantId, before.TrancheId, MoneyMove.Carried, carried, null, work.Today, ct);
            return [];
        });
    }
}
