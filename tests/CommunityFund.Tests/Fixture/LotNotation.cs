using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests;

/// <summary>Lots as tests ask for them.</summary>
internal static class LotNotation
{
    public static IQueryable<GiftLot> RestrictedLots(this FundDb db) =>
        db.Set<GiftLot>().Where(lot => lot.Restriction == Restriction.Restricted);

    public static IQueryable<GiftLot> FreeLots(this FundDb db) =>
        db.Set<GiftLot>().Where(lot => lot.Restriction == Restriction.Unrestricted);
}
