using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Endings;

/// <summary>认定不合规支出: the panel finds that a part of what was accepted of a tranche is not allowed; the next demand claims it.</summary>
public sealed record NoteFinding(Guid Key, long Tranche, Amount Amount, [property: Personal] string What, string Clause) : Command<long>(Key)
{
    /// <summary>More than was accepted, or nothing.</summary>
    public const string Beyond = "ending.finding-beyond";

    /// <summary>What it is, or the clause, is missing or too long.</summary>
    public const string WordsMissing = "ending.finding-words";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Panel).Proved());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Tranche tranche = await Tranches.Tranche.Lock(work, Tranche, ct);
        GrantCase grant = await GrantCase.Lock(work, tranche.GrantId, ct);
        await Termination.Unrelated(work, grant, ct);
        if (grant.State is not (GrantState.Active or GrantState.Suspended or GrantState.Closing or GrantState.Terminated))
        {
            throw new RefusedException(RecordHearing.NotRunning, ("title", grant.Title), ("state", grant.State));
        }

        (string what, string clause) = (PlainText.Of(What), PlainText.Of(Clause));
        if (what.Length is 0 or > 500 || clause.Length is 0 or > 200)
        {
            throw new RefusedException(WordsMissing);
        }

        // What lies on the foundation's own shelf is there, and no cost that could be disallowed.
        long accepted = (await TrancheMoney.Of(work, Tranche, ct)).Acquitted
            - await Acquittals.KeptGoods.Worth(work, grant.GrantId, Tranche, ct);
        long before = await work.Db.Set<GrantDisallowance>().Where(row => row.BookId == work.Book && row.TrancheId == Tranche
            && row.GrantDemandId == null).SumAsync(row => row.Units, ct);
        if (!Amount.IsPositive || Amount.Commodity != Commodity.Cny || Amount.Units > accepted - before)
        {
            throw new RefusedException(Beyond, ("no", tranche.No), ("asked", Amount), ("left", Amount.Fen(accepted - before)));
        }

        GrantDisallowance finding = new()
        {
            BookId = work.Book,
            GrantId = grant.GrantId,
            TrancheId = Tranche,
            Units = Amount.Units,
            What = what,
            Clause = clause,
            FoundBy = work.ActorId,
            FoundAt = work.Now,
        };
        work.Db.Add(finding);
        await work.Db.SaveChangesAsync(ct);
        return finding.GrantDisallowanceId;
    }
}
