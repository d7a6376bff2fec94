using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>What somebody without a phone is given to collect a reservation with.</summary>
/// <param name="Code">Number and code.</param>
/// <param name="Where">Where it is collected.</param>
public sealed record PickupNoteView(
    long Number, string Code, string Body, string Programme, string Item, int Points, string Holder, LocalDate ExpiresOn, string Where);

/// <summary>
/// 领取单: whoever reserved for somebody else gives the code to the holder on paper. It is shown to no other coordinator, and who made it out does
/// not hand the piece over.
/// </summary>
public sealed record PickupNote(long Reservation) : Query<PickupNoteView>
{
    internal override Need Needs => Need.Any(Programme.Hands);

    internal override async Task<PickupNoteView> Answer(Work work, CancellationToken ct)
    {
        Redemption? row = await work.Db.Set<Redemption>().FindAsync([work.Book, Reservation], ct);
        if (row is null || !IsFor(work, row) || !work.Rights.Reaches(Programme.Hands, row.FundId))
        {
            throw new RefusedException(Redemption.Unknown);
        }

        CatalogueItem item = (await CatalogueItem.Find(work, row.CatalogueItemId, ct))!;
        return new PickupNoteView(row.RedemptionId, row.PickupCode(work.Foundation), (await work.Db.Books.FindAsync([work.Book], ct))!.Name,
            (await work.FundById(row.FundId, ct)).Name, item.Name, row.Points, (await PersonName.Of(work, [row.PersonId], ct))[row.PersonId],
            row.ExpiresOn, await Pickup.Where(work, item, ct));
    }

    internal static bool IsFor(Work work, Redemption row) =>
        row.State == RedemptionState.Reserved && row.ReservedBy == work.Actor && row.PersonId != row.ReservedBy && row.ExpiresOn >= work.Today;
}

/// <summary>The note, with the code to scan.</summary>
public static class PickupNotePaper
{
    public static PaperSheet Of(PickupNoteView note, Words words) => new(
        words["redemption.note.title"], "", $"{words["redemption.note.title"]}-{note.Number}", PaperSide.Upright, typeof(PickupNotePrint),
        new Dictionary<string, object?> { [nameof(PickupNotePrint.Note)] = note }, "redemption");
}
