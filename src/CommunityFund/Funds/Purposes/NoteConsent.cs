using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds.Purposes;

/// <summary>What a donor said to the change is noted with the day, the way and what proves it. A later word takes the place of an earlier one;
/// both stay.</summary>
/// <param name="Amount">How much, where the consent is to a part.</param>
public sealed record NoteConsent(
    Guid Key, long Change, long Lot, ConsentAnswer Answer, Amount? Amount, LocalDate SaidOn, ConsentWay Way,
        [property: Personal] string Document)
    : Command<long>(Key)
{
    /// <summary>The gift is not part of the case.</summary>
    public const string OtherGift = "purpose.other-gift";

    /// <summary>A part is more than nothing and at most the gift; all and nothing have no amount.</summary>
    public const string BadPart = "purpose.bad-part";

    /// <summary>The day has not come, or lies before the gift.</summary>
    public const string BadDay = "purpose.bad-day";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => PurposeChange.NeedOf(work, FundSigners.Signing,
        Change, ct);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        await PurposeChange.Lock(work, Change, ct, PurposeChangeState.Open);
        GiftLot gift = await (from row in work.Db.Set<PurposeChangeLot>()
                              join lot in work.Db.Set<GiftLot>() on new { row.BookId, row.LotId } equals new
                              {
                                  lot.BookId,
                                  lot.LotId
                              }
                              where row.BookId == work.Book && row.PurposeChangeId == Change && row.LotId == Lot
                              select lot).AsNoTracking().SingleOrDefaultAsync(ct) ?? throw new RefusedException(OtherGift);
        if ((Answer == ConsentAnswer.Part) != (Amount is not null) || Amount is { IsPositive: false }
            || Amount?.Units > gift.Units)
        {
            throw new RefusedException(BadPart, ("gift", Ledger.Amount.Fen(gift.Units)));
        }

        if (SaidOn > work.Today || SaidOn < gift.ReceivedOn)
        {
            throw new RefusedException(BadDay, ("day", SaidOn), ("from", gift.ReceivedOn), ("today", work.Today));
        }

        PurposeConsent consent = new()
        {
            BookId = work.Book,
            PurposeChangeId = Change,
            LotId = Lot,
            Answer = Answer,
            Units = Amount?.Units,
            SaidOn = SaidOn,
            Way = Way,
            Document = FundSigners.Said(Document, 200),
            NotedBy = work.ActorId,
            NotedAt = work.Now,
        };
        work.Db.Add(consent);
        await work.Db.SaveChangesAsync(ct);
        return consent.PurposeConsentId;
    }
}
