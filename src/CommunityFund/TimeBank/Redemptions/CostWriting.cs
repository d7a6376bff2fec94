using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>What was written of the cost of one piece.</summary>
internal sealed record CostWritten(RedemptionCost Cost, long Units, long? Paper, long? Voucher)
{
    public void Note(Redemption row) => (row.Cost, row.Units, row.StockPaperId, row.VoucherId) = (Cost, Units, Paper, Voucher);
}

/// <summary>
/// The cost of a piece that is handed out: goods leave lot by lot and become 志愿激励 of their fund, with the gifts they came from; a merchant is
/// owed what was agreed; what a sponsor gives is only counted.
/// </summary>
internal sealed class CostWriting(Work work, CatalogueItem item, Redemption row)
{
    /// <summary>Suppliers and merchants are owed on 应付账款.</summary>
    public const string Payable = "accounts-payable";

    /// <summary>The name that a part of 业务活动成本 bears where the foundation has divided it.</summary>
    public const string Part = "志愿激励";

    private static readonly string[] MerchantParts = ["商家", "兑换"];

    public static Account PayableOf(Chart chart) => chart.Part(Payable, MerchantParts).Account;

    public async Task<CostWritten> Write(LocalDate day, CancellationToken ct) => item.Source switch
    {
        CatalogueSource.Goods => await Goods(day, ct),
        CatalogueSource.Merchant => await Merchant(day, ct),
        _ => new CostWritten(RedemptionCost.None, 0, null, null),
    };

    private string Words => $"{Part} {item.Name} 兑换{row.RedemptionId}";

    private async Task<CostWritten> Goods(LocalDate day, CancellationToken ct)
    {
        Fund fund = await work.FundById(item.PayingFundId!.Value, ct);
        StockPlace place = await StockPlace.Find(work, item.StockPlaceId!.Value, ct);
        Tags what = await Project.Tagged(work, "", item.ProjectId, ct);
        IReadOnlyList<GoodsDrawn> drawn = await GoodsOnShelf.Draw(
            work, fund, place, [new GoodsOut(item.StockItemId!.Value, 1)], day, handsOut: true, ct);
        StockPaper paper = await StockPaper.Begin(work, StockPaperKind.Issue, fund, day, Words, row.PersonId, ct,
            projectClass: what.ProjectClass ?? "", project: what.Project);
        long units = drawn.Sum(part => part.Value.Units);
        List<StockMove> taken = await GoodsOnShelf.Take(work, paper, place, drawn, waits: units > 0, ct);
        if (units == 0)
        {
            return new CostWritten(RedemptionCost.None, 0, paper.StockPaperId, null);
        }

        long[] moves = [.. taken.Select(move => move.StockMoveId)];
        Chart chart = await work.ChartOn(day, ct);
        EntryDraft draft = JournalEntry.On(day, Words);
        IReadOnlyList<LotDraw> named = await new GoodsPurpose(Account.Keys.ProgrammeCost, what, Part: Part)
            .Write(work, chart, draft, fund, drawn, day, ct);
        long voucher = await work.Prepare(Draft(draft, moves) with { Lots = named }, ct);
        await GoodsPurpose.Hang(work, moves, voucher, ct);
        return new CostWritten(RedemptionCost.Waiting, units, paper.StockPaperId, voucher);
    }

    private async Task<CostWritten> Merchant(LocalDate day, CancellationToken ct)
    {
        Fund fund = await work.FundById(item.PayingFundId!.Value, ct);
        Tags what = await Project.Tagged(work, "", item.ProjectId, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account expense = chart.Part(Account.Keys.ProgrammeCost, Part).Account;
        Amount amount = Amount.Fen(item.PieceUnits!.Value);
        EntryDraft draft = JournalEntry.On(day, Words)
            .Debit(expense, fund.Code, amount, what with { Restriction = expense.NeedsRestriction ? fund.DefaultRestriction : null })
            .Credit(PayableOf(chart), fund.Code, amount, new Tags(Counterparty: item.MerchantId));
        if (fund.DefaultRestriction == Restriction.Restricted && !expense.NeedsRestriction)
        {
            await ReleaseAsUsed.Write(work, chart, draft, fund, amount, day, ct, what);
        }

        return new CostWritten(RedemptionCost.Waiting, amount.Units, null, await work.Prepare(Draft(draft, []), ct));
    }

    private Draft Draft(EntryDraft draft, IReadOnlyList<long> moves) => new(draft.Balanced(), Then: new HandedOver(row.RedemptionId, moves),
        Otherwise: new HandOverUnbooked(row.RedemptionId, moves), Undo: new HandOverUndone(row.RedemptionId, moves));
}
