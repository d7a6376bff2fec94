using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

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
        long voucher = await work.Prepare(await Written(draft, moves, ct) with { Lots = named }, ct);
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

        return new CostWritten(RedemptionCost.Waiting, amount.Units, null, await work.Prepare(await Written(draft, [], ct), ct));
    }

    private async Task<Draft> Written(EntryDraft draft, IReadOnlyList<long> moves, CancellationToken ct) => new(
        draft.Balanced(), Documents: [await RedemptionProof.Keep(work, item, row, ct)], Then: new HandedOver(row.RedemptionId, moves),
        Otherwise: new HandOverUnbooked(row.RedemptionId, moves), Undo: new HandOverUndone(row.RedemptionId, moves));
}

/// <summary>自制原始凭证: the hand-over as a small electronic record, which proves the voucher of its cost. It names people by number only.</summary>
internal static class RedemptionProof
{
    public static async Task<Enclosure> Keep(Work work, CatalogueItem item, Redemption row, CancellationToken ct)
    {
        XElement record = new("兑换凭条",
            new XAttribute("编号", row.RedemptionId), new XAttribute("物品", item.Name), new XAttribute("件数", 1), new XAttribute("积分", row.Points),
            new XAttribute("领取人", row.PersonId), new XAttribute("交付人", row.EndedBy ?? work.ActorId),
            new XAttribute("交付日", LocalDatePattern.Iso.Format(row.EndedOn ?? work.Today)), new XAttribute("预约积分分录", row.ReserveEntryNo),
            new XAttribute("制单人", work.ActorId), new XAttribute("制单时刻", InstantPattern.ExtendedIso.Format(work.Now)));
        byte[] content = Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{record}\n"), hash = SHA256.HashData(content);
        string name = string.Create(CultureInfo.InvariantCulture, $"兑换凭条-{row.RedemptionId}.xml");
        DateTime now = work.Now.ToDateTimeUtc();
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into document_upload (book_id, uploaded_by, sha256, format, name, sheets, invoice_number, content, uploaded_at, expires_at)
            values ({work.Book}, {work.ActorId}, {hash}, 'xml', {name}, 1, null, {content}, {now}, {now.AddHours(1)}) on conflict do nothing
            """,
            ct);
        return Enclosure.Of(hash);
    }
}
