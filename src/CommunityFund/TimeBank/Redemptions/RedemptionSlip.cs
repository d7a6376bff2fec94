using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>What a holder takes home: no price, only points.</summary>
public sealed record RedemptionSlipView(
    long Number, string Body, string Programme, string Item, int Points, string Holder, LocalDate ReservedOn, LocalDate HandedOn, string HandedBy,
    string Where);

/// <summary>兑换凭条: the receipt of what was handed out.</summary>
public sealed record RedemptionSlip(long Reservation) : Query<RedemptionSlipView>
{
    internal override Need Needs => Need.Any(Programme.Readers);

    internal override async Task<RedemptionSlipView> Answer(Work work, CancellationToken ct)
    {
        Redemption? row = await work.Db.Set<Redemption>().FindAsync([work.Book, Reservation], ct);
        return row is { State: RedemptionState.HandedOver } && work.Rights.Reaches(Programme.Readers, row.FundId)
            ? await Of(work, row, (await CatalogueItem.Find(work, row.CatalogueItemId, ct))!, ct) : throw new RefusedException(Redemption.Unknown);
    }

    internal static async Task<RedemptionSlipView> Of(Work work, Redemption row, CatalogueItem item, CancellationToken ct)
    {
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [row.PersonId, row.EndedBy], ct);
        string body = (await work.Db.Books.FindAsync([work.Book], ct))!.Name;
        return new RedemptionSlipView(row.RedemptionId, body, (await work.FundById(row.FundId, ct)).Name, item.Name, row.Points,
            names[row.PersonId], row.ReservedOn, row.EndedOn!.Value, names[row.EndedBy!.Value], await Pickup.Where(work, item, ct));
    }
}

/// <summary>The receipt on A4, with room for the holder's signature.</summary>
public static class RedemptionSlipPaper
{
    public static PaperSheet Of(RedemptionSlipView slip, Words words) => new(
        words["redemption.slip.title"], "", $"{words["redemption.slip.title"]}-{slip.Number}", PaperSide.Upright, typeof(RedemptionSlipPrint),
        new Dictionary<string, object?> { [nameof(RedemptionSlipPrint.Slip)] = slip }, "redemption");
}
