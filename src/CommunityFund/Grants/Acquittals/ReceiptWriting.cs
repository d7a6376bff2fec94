using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Acquittals;

/// <summary>What holds for whoever writes in a project's folder.</summary>
internal static class ReceiptWriting
{
    /// <summary>The grant does not run any more, or does not yet.</summary>
    public const string GrantOver = "grant-receipt.grant-over";

    /// <summary>There is no such receipt in the folder, or it was handed in.</summary>
    public const string NotReady = "grant-receipt.not-ready";

    /// <summary>Those who spend a project's money.</summary>
    public static IReadOnlyList<Role> Writers { get; } = [Role.Lead, Role.FinLead];

    /// <summary>The case, locked, for one of its people.</summary>
    public static async Task<GrantCase> Lock(Work work, long grant, CancellationToken ct)
    {
        GrantCase row = await GrantCase.Lock(work, grant, ct);
        if (!(await row.People(work, ct)).Contains(work.ActorId))
        {
            throw new RefusedException(GrantCase.Unknown, ("grant", grant));
        }

        return row.State is GrantState.Active or GrantState.Suspended or GrantState.Closing or GrantState.Terminated ? row
            : throw new RefusedException(GrantOver, ("title", row.Title), ("state", Term.Of(row.State)));
    }

    /// <summary>The receipt, its case locked, as long as it may be changed.</summary>
    public static async Task<GrantReceipt> LockReady(Work work, long receipt, CancellationToken ct)
    {
        long? grant = await work.Db.Set<GrantReceipt>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantReceiptId == receipt)
            .Select(row => (long?)row.GrantId).SingleOrDefaultAsync(ct);
        await Lock(work, grant ?? throw new RefusedException(NotReady, ("receipt", receipt)), ct);
        GrantReceipt row = await work.Db.Set<GrantReceipt>().SingleAsync(each => each.BookId == work.Book && each.GrantReceiptId == receipt, ct);
        return row.State == GrantReceiptState.Ready ? row : throw new RefusedException(NotReady, ("receipt", receipt));
    }

    /// <summary>A tranche of the grant, or none.</summary>
    public static async Task<long?> Tranche(Work work, long grant, long? tranche, CancellationToken ct) => tranche is null || await work.Db
        .Set<Tranche>().AnyAsync(row => row.BookId == work.Book && row.GrantId == grant && row.TrancheId == tranche, ct)
            ? tranche : throw new RefusedException(Tranches.Tranche.Unknown, ("tranche", tranche));

    /// <summary>Keeps the papers that came; those of before stay where none came.</summary>
    public static async Task Papers(Work work, GrantReceipt receipt, IReadOnlyList<Enclosure>? photo, IReadOnlyList<Enclosure>? sheet,
        CancellationToken ct)
    {
        if (photo is { Count: > 0 })
        {
            receipt.PhotoId = await FiledDocument.Keep(work, photo, ct);
            receipt.PhotoSha256 = photo[0].Bytes();
        }

        if (sheet is { Count: > 0 })
        {
            receipt.SheetId = await FiledDocument.Keep(work, sheet, ct);
        }
    }
}
