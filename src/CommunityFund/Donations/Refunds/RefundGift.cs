using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>
/// What is left of a gift goes back to who gave it, for a cause outside (donor, agreement, law) or of our own (rulings 19). It is owed once
/// another person has reviewed the voucher, and paid when the bank's line meets what is expected.
/// </summary>
/// <param name="Lot">The gift, as the lot of its income.</param>
/// <param name="Basis">The return clause, the resolution or the article.</param>
/// <param name="Documents">The agreement or resolution at least.</param>
/// <param name="PartyAccount">Where the donor is paid, if known.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late.</param>
public sealed record RefundGift(
    Guid Key, long Lot, Amount Amount, GiftRefundCause Cause, LocalDate DecidedOn, string Basis, IReadOnlyList<Enclosure> Documents,
    [property: Personal] string PartyAccount = "", LocalDate? BookedOn = null) : Command<long>(Key)
{
    /// <summary>Nobody says by what right it goes back.</summary>
    public const string BasisMissing = "gift-refund.basis-missing";

    /// <summary>No agreement and no resolution is enclosed.</summary>
    public const string ProofMissing = "gift-refund.proof-missing";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Role.Accountant).For(
        await work.Db.Set<GiftLot>().Where(row => row.BookId == work.Book && row.LotId == Lot).Select(row => row.FundId).FirstOrDefaultAsync(ct));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        string basis = PlainText.Of(Basis);
        if (basis.Length is 0 or > 300)
        {
            throw new RefusedException(BasisMissing, ("limit", 300));
        }

        if (Documents.Count == 0)
        {
            throw new RefusedException(ProofMissing);
        }

        LocalDate day = await work.BookedDay(DecidedOn, BookedOn, ct);
        RefundableGift gift = await RefundableGift.Find(work, Lot, day, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {gift.Fund.FundId} for no key update", ct);
        gift = await RefundableGift.Find(work, Lot, day, ct);
        (JournalEntry entry, IReadOnlyList<LotDraw> lots) = await GiftRefundEntry.Of(work, gift, Amount, Cause, day, ct);
        GiftRefund refund = new()
        {
            BookId = work.Book,
            LotId = Lot,
            Units = Amount.Units,
            Cause = Cause,
            Basis = basis,
            DecidedOn = DecidedOn,
            PartyAccount = PlainText.Of(PartyAccount),
            State = GiftRefundState.Prepared,
            RecordedBy = work.ActorId,
            RecordedAt = work.Now,
        };
        work.Db.Add(refund);
        await work.Db.SaveChangesAsync(ct);
        refund.VoucherId = await work.Prepare(new Draft(entry, Documents: Documents, Then: new OweGiftRefund(refund.GiftRefundId),
            Otherwise: new DropGiftRefund(refund.GiftRefundId), Undo: new UndoGiftRefund(refund.GiftRefundId), Lots: lots), ct);
        return refund.VoucherId.Value;
    }
}
