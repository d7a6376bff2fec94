using CommunityFund.Books;

namespace CommunityFund.Grants.Acquittals;

/// <summary>A receipt leaves the folder: it was put in by mistake. Its number may be used again.</summary>
public sealed record DropReceipt(Guid Key, long Receipt) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptWriting.Writers));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (await ReceiptWriting.LockReady(work, Receipt, ct)).State = GrantReceiptState.Dropped;
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
