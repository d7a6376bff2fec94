using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Tranches;

/// <summary>核对用款申请: the desk has gone through its list, and the request goes on to the approvers.</summary>
/// <param name="UseOk">用途: what it is for is in the budget and the agreement.</param>
/// <param name="PapersOk">票据: quotations, contracts or lists fit it.</param>
/// <param name="ProgressOk">进度: the project stands where the plan says.</param>
/// <param name="Supplier">The supplier's account in the register of payees, where the foundation is to pay the supplier itself.</param>
public sealed record CheckTranche(
    Guid Key, long Tranche, int Version, bool UseOk, bool PapersOk, bool ProgressOk, string Note, long? Supplier = null) : Command<Done>(Key)
{
    /// <summary>The foundation is to pay a supplier, and none is named.</summary>
    public const string SupplierMissing = "tranche-request.supplier-missing";

    /// <summary>The project's own payee is no supplier of it.</summary>
    public const string SupplierIsPayee = "tranche-request.supplier-is-payee";

    /// <summary>The note is too long.</summary>
    public const string NoteTooLong = "tranche-request.note-too-long";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, TrancheMove.Check, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        string note = PlainText.Of(Note ?? "") is { Length: <= 500 } said ? said : throw new RefusedException(NoteTooLong, ("limit", 500));
        Tranche row = await Tranches.Tranche.Lock(work, Tranche, ct);
        if (row.State == TrancheState.Requested && row.StateVersion == Version && UseOk && PapersOk && ProgressOk)
        {
            long? supplier = await SupplierOf(work, row, ct);
            work.Db.Add(new TrancheCheck
            {
                BookId = work.Book,
                TrancheId = row.TrancheId,
                RequestNo = row.RequestNo,
                UseOk = UseOk,
                PapersOk = PapersOk,
                ProgressOk = ProgressOk,
                Note = note,
                SupplierAccountId = supplier,
                CheckedBy = work.ActorId,
                CheckedAt = work.Now,
            });
            await work.Db.SaveChangesAsync(ct);
        }

        await TrancheMoves.Make(work, Tranche, Version, TrancheMove.Check, null, ct);
        return Done.It;
    }

    private async Task<long?> SupplierOf(Work work, Tranche row, CancellationToken ct)
    {
        if (await TrancheRequest.Current(work, row, ct) is not { IsPurchase: true })
        {
            return null;
        }

        long? supplier = Supplier is null ? null : await AwardFacts.FindParty(work, Supplier.Value, ct);
        return supplier is null ? throw new RefusedException(SupplierMissing, ("no", row.No))
            : supplier == await Acquittals.AcquittalEntry.Payee(work, row.GrantId, ct) ? throw new RefusedException(SupplierIsPayee, ("no", row.No))
            : Supplier;
    }
}
