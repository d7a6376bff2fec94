using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Tranches;

/// <summary>What the guards look at of a request for money.</summary>
/// <param name="ChecksDone">Whether the desk's list of checks is done for this request.</param>
/// <param name="IsPurchase">Whether the foundation is to pay a supplier itself.</param>
/// <param name="Supplier">The supplier's account, once the desk has named it.</param>
public sealed record RequestFacts(bool ChecksDone = false, bool IsPurchase = false, long? Supplier = null)
{
    private static readonly TrancheMove[] Approvals =
        [TrancheMove.Approve, TrancheMove.ApproveL1, TrancheMove.ApproveL2, TrancheMove.ApproveL2BeforeSteer, TrancheMove.ApproveSteer];

    private static readonly TrancheState[] Asked =
        [TrancheState.Requested, TrancheState.Checked, TrancheState.ApprovedL1, TrancheState.ApprovedL2];

    internal static async Task<RequestFacts> Of(Work work, Tranche tranche, CancellationToken ct)
    {
        // A request that was held or went back stands no more.
        if (tranche.State is TrancheState.Planned or TrancheState.Eligible or TrancheState.Held
            || await TrancheRequest.Current(work, tranche, ct) is not { } request)
        {
            return new RequestFacts();
        }

        TrancheCheck? check = tranche.State != TrancheState.Requested && !request.IsPurchase ? null
            : await work.Db.Set<TrancheCheck>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
                && row.TrancheId == tranche.TrancheId && row.RequestNo == tranche.RequestNo, ct);
        return new RequestFacts(
            tranche.State == TrancheState.Requested && check is { UseOk: true, PapersOk: true, ProgressOk: true }, request.IsPurchase,
            check?.SupplierAccountId);
    }

    /// <summary>Whether the reader asked for, checked or approved the request as it stands; checking counts only where the matrix that held
    /// when it was made keeps it apart.</summary>
    internal static async Task<bool> Handled(Work work, Tranche tranche, CancellationToken ct) => Asked.Contains(tranche.State)
        && work.Actor is { } actor && await TrancheRequest.Current(work, tranche, ct) is { } request
        && await Acted(work, tranche, request, actor, !request.CheckerApproves, ct);

    /// <summary>Whether a person asked for or approved it, or checked it where that counts.</summary>
    internal static async Task<bool> Acted(Work work, Tranche tranche, TrancheRequest request, long actor, bool checkCounts, CancellationToken ct)
    {
        if (request.RequestedBy == actor)
        {
            return true;
        }

        int since = await work.Db.Set<TrancheLog>().Where(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId
            && row.Move == TrancheMove.Request).MaxAsync(row => (int?)row.StateVersion, ct) ?? int.MaxValue;
        return await work.Db.Set<TrancheLog>().AnyAsync(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId
            && row.StateVersion > since && row.ActorId == actor
            && (Approvals.Contains(row.Move) || (checkCounts && row.Move == TrancheMove.Check)), ct);
    }
}
