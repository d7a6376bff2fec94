using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>
/// 已交付: the second tap at the counter. In one transaction the points are redeemed lot by lot, the piece leaves its shelf and the voucher of its
/// cost is prepared; a reviewer decides about the voucher, and the piece is gone either way.
/// </summary>
/// <param name="Code">What the holder showed: number and code.</param>
public sealed record HandOver(Guid Key, long Reservation, [property: Secret] string Code) : Command<Done>(Key)
{
    /// <summary>Number and code do not belong together.</summary>
    public const string CodeUnknown = "redemption.code-unknown";

    /// <summary>The days to collect are over.</summary>
    public const string Lapsed = "redemption.lapsed";

    /// <summary>It is the clerk's own, or of somebody who lives with the clerk or is in the clerk's care.</summary>
    public const string ClosePerson = "redemption.close-person";

    /// <summary>The clerk reserved it for the holder: another hands it over.</summary>
    public const string OwnReservation = "redemption.own-reservation";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await Redemption.ProgrammeOf(work, Reservation, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Redemption row = await Redemption.Lock(work, Reservation, ct);
        if (!row.Opens(work.Foundation, Code))
        {
            throw new RefusedException(CodeUnknown);
        }

        if (await WhyNot(work, row, ct) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        CatalogueItem item = (await CatalogueItem.Find(work, row.CatalogueItemId, ct))!;

        // The goods and their fund first, the points last: the head of the book is locked as late as can be.
        CostWritten cost = await new CostWriting(work, item, row).Write(work.Today, ct);
        PostedNumber redeemed = await PointEntries.Post(work, await work.FundById(row.FundId, ct), UnitKind.PointsRedeemed, row.Points, row.PersonId,
            row.ReserveEntryNo, isRed: false, work.ActorId, ct);
        (row.State, row.EndEntryNo, row.EndedBy, row.EndedOn, row.EndedAt) =
            (RedemptionState.HandedOver, redeemed.EntryNo, work.ActorId, work.Today, work.Now);
        cost.Note(row);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    /// <summary>Why this clerk does not hand it over, which the counter says before anything leaves the shelf; null if it may be.</summary>
    internal static async Task<Refusal?> WhyNot(Work work, Redemption row, CancellationToken ct)
    {
        string? code = row.State != RedemptionState.Reserved ? Redemption.OutOfTurn
            : row.ExpiresOn < work.Today ? Lapsed
            : await Member.AreClose(work, work.ActorId, row.PersonId, ct) ? ClosePerson
            : row.ReservedBy == work.ActorId ? OwnReservation
            : null;
        return code is null ? null : new Refusal(code, new Dictionary<string, object?>
        {
            ["number"] = row.RedemptionId,
            ["state"] = Term.Of(row.State),
            ["day"] = row.ExpiresOn,
        });
    }
}
