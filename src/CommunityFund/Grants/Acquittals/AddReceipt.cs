using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>A paper goes into the project's folder of receipts: picture, amount, line of the budget.</summary>
/// <param name="Tranche">The tranche that paid it; null if that is left open.</param>
/// <param name="Number">Of the invoice; empty for papers without one.</param>
/// <param name="Seller">Who sold; empty for a list of several.</param>
/// <param name="Photo">The picture; it may come later, before the receipt is handed in.</param>
/// <param name="Sheet">验收单 of goods that are kept.</param>
public sealed record AddReceipt(
    Guid Key, long Grant, long? Tranche, GrantReceiptKind Kind, string Number, LocalDate IssuedOn, [property: Personal] string Seller,
    PersonKind SellerKind, Amount Amount, short Line, Spending Spending, [property: Personal] string What, IReadOnlyList<Enclosure>? Photo = null,
    IReadOnlyList<Enclosure>? Sheet = null) : Command<long>(Key)
{
    /// <summary>A folder holds at most so many receipts.</summary>
    private const int Most = 1000;

    /// <summary>The folder is full.</summary>
    public const string TooMany = "grant-receipt.too-many";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptWriting.Writers));

    /// <returns>The receipt.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        await ReceiptWriting.Lock(work, Grant, ct);
        if (await work.Db.Set<GrantReceipt>().CountAsync(row => row.BookId == work.Book && row.GrantId == Grant, ct) >= Most)
        {
            throw new RefusedException(TooMany, ("limit", Most));
        }

        GrantReceipt receipt = new()
        {
            BookId = work.Book,
            GrantId = Grant,
            TrancheId = await ReceiptWriting.Tranche(work, Grant, Tranche, ct),
            Kind = Kind,
            IssuedOn = IssuedOn,
            Units = Amount.Units,
            Spending = Spending,
            LineNo = Line,
            What = "",
            State = GrantReceiptState.Ready,
            AddedBy = work.ActorId,
            AddedAt = work.Now,
        };
        await new ReceiptText(Kind, Number, IssuedOn, Seller, SellerKind, Amount, Line, Spending, What)
            .Into(work, receipt, await BudgetUse.Of(work, Grant, ct), ct);
        await ReceiptWriting.Papers(work, receipt, Photo, Sheet, ct);
        work.Db.Add(receipt);
        await work.Db.SaveChangesAsync(ct);
        return receipt.GrantReceiptId;
    }
}
