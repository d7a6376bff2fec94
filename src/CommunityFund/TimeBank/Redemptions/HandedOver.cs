using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>The voucher of the cost was posted: it is in the books, and the goods have left.</summary>
[Consequence("redemption-booked", 1)]
internal sealed record HandedOver(long Redemption, IReadOnlyList<long> Moves) : Consequence
{
    internal override Need Needs => Need.Any([.. Programme.Hands, Role.Accountant]);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        await StockFate.Set(work, Moves, StockMoveState.Done, ct);
        Redemption row = await Redemptions.Redemption.Lock(work, Redemption, ct);
        if (row.Cost == RedemptionCost.Waiting)
        {
            row.Cost = RedemptionCost.Booked;
        }
    }
}

/// <summary>The voucher was rejected or withdrawn. The piece is gone all the same: its cost is to be booked anew.</summary>
[Consequence("redemption-unbooked", 1)]
internal sealed record HandOverUnbooked(long Redemption, IReadOnlyList<long> Moves) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        await StockFate.Set(work, Moves, StockMoveState.Dropped, ct);
        CostGone.Note(await Redemptions.Redemption.Lock(work, Redemption, ct));
    }
}

/// <summary>The voucher was reversed: its cost is to be booked anew, unless a blue voucher says the same.</summary>
[Consequence("redemption-undone", 1)]
internal sealed record HandOverUndone(long Redemption, IReadOnlyList<long> Moves) : Consequence
{
    /// <summary>A correction says another amount or merchant than what was agreed.</summary>
    public const string OtherCost = "redemption.other-cost";

    /// <summary>The merchant's month is settled.</summary>
    public const string Settled = "redemption.settled";

    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Redemption row = await Redemptions.Redemption.Lock(work, Redemption, ct);
        long? blue = Moves.Count > 0 ? await StockFate.Undo(work, Moves, ct) : await BlueVoucher.Of(work, row.VoucherId!.Value, ct);
        if (blue is not null)
        {
            row.VoucherId = blue;
            return;
        }

        if (row.MerchantSettlementId is not null)
        {
            throw new RefusedException(Settled, ("number", row.RedemptionId));
        }

        CostGone.Note(row);
    }

    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        if (Moves.Count > 0)
        {
            await StockFate.RefuseOtherGoods(work, Moves, blue, ct);
            return (blue with { Undo = this }, _ => { });
        }

        Redemption row = await Redemptions.Redemption.Lock(work, Redemption, ct);
        CatalogueItem item = (await CatalogueItem.Find(work, row.CatalogueItemId, ct))!;
        Account payable = CostWriting.PayableOf(await work.ChartOn(blue.Entry.OccurredOn, ct));
        string fund = (await work.FundById(item.PayingFundId!.Value, ct)).Code;
        Posting[] owed = [.. blue.Entry.Lines.Where(line => line.Account.Key == payable.Key)];
        if (owed.Sum(line => -line.Signed.Units) != row.Units || owed.Any(line => line.Fund != fund || line.Tags.Counterparty != item.MerchantId))
        {
            throw new RefusedException(OtherCost, ("number", row.RedemptionId));
        }

        return (blue with { Undo = this }, _ => { });
    }
}

/// <summary>What stays of a redemption whose voucher is gone.</summary>
internal static class CostGone
{
    public static void Note(Redemption row) =>
        (row.Cost, row.VoucherId, row.StockPaperId) = (RedemptionCost.ToBook, null, null);
}

/// <summary>An accountant prepares the cost of a redemption anew: the goods that are gone leave the register, or the merchant is owed.</summary>
public sealed record BookCostAgain(Guid Key, long Redemption) : Command<long>(Key)
{
    /// <summary>Its cost waits for review, is booked, or is none.</summary>
    public const string NotOpen = "redemption.cost-not-open";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct)
    {
        int? fund = await (
            from row in work.Db.Set<Redemption>()
            join item in work.Db.Set<CatalogueItem>() on new { row.BookId, row.CatalogueItemId } equals new { item.BookId, item.CatalogueItemId }
            where row.BookId == work.Book && row.RedemptionId == Redemption
            select item.PayingFundId).FirstOrDefaultAsync(ct);
        return Need.Any(Role.Accountant).For(fund is { } paying ? [paying] : []);
    }

    /// <returns>The voucher; 0 if the goods have no value.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Redemption row = await Redemptions.Redemption.Lock(work, Redemption, ct);
        if (row.Cost != RedemptionCost.ToBook)
        {
            throw new RefusedException(NotOpen, ("number", row.RedemptionId), ("state", Term.Of(row.Cost)));
        }

        CatalogueItem item = (await CatalogueItem.Find(work, row.CatalogueItemId, ct))!;
        CostWritten cost = await new CostWriting(work, item, row).Write(await work.FirstOpenDay(row.EndedOn!.Value, ct), ct);
        cost.Note(row);
        await work.Db.SaveChangesAsync(ct);
        return row.VoucherId ?? 0;
    }
}
