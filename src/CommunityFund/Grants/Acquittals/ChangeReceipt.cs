using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>A receipt is put right, or its picture comes, while it is not handed in; also one that came back.</summary>
public sealed record ChangeReceipt(
    Guid Key, long Receipt, long? Tranche, GrantReceiptKind Kind, string Number, LocalDate IssuedOn, [property: Personal] string Seller,
    PersonKind SellerKind, Amount Amount, short Line, Spending Spending, [property: Personal] string What, IReadOnlyList<Enclosure>? Photo = null,
    IReadOnlyList<Enclosure>? Sheet = null) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptWriting.Writers));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantReceipt receipt = await ReceiptWriting.LockReady(work, Receipt, ct);
        receipt.TrancheId = await ReceiptWriting.Tranche(work, receipt.GrantId, Tranche, ct);
        await new ReceiptText(Kind, Number, IssuedOn, Seller, SellerKind, Amount, Line, Spending, What)
            .Into(work, receipt, await BudgetUse.Of(work, receipt.GrantId, ct), ct);
        await ReceiptWriting.Papers(work, receipt, Photo, Sheet, ct);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
