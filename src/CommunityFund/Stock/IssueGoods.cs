using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>
/// Goods are handed out to a project or a person: they become cost of what they came in with, lot by lot, the oldest first or the one that
/// is named, and of goods that were given the gift's own lot pays for it. What has no value only leaves the register.
/// </summary>
/// <param name="Receiver">Who gets them; a natural person's name stands here and nowhere else.</param>
/// <param name="Expense">Key of the account of expense.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late.</param>
public sealed record IssueGoods(
    Guid Key, int Fund, long Place, IReadOnlyList<GoodsOut> Goods, LocalDate Day, [property: Personal] string Words,
    [property: Personal] string Receiver, PersonKind ReceiverKind, string ProjectClass = "", long? Project = null,
    string Expense = Account.Keys.ProgrammeCost, IReadOnlyList<Enclosure>? Documents = null, LocalDate? BookedOn = null)
        : Command<GoodsAnswer>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<GoodsAnswer> Apply(Work work, CancellationToken ct)
    {
        Tags what = await Books.Project.Tagged(work, ProjectClass, Project, ct);
        Counterparty.KeepOut(StockPaper.PartyInWords, ReceiverKind, Receiver, Words);
        long? receiver = await Counterparty.FindOrAdd(work, ReceiverKind, Receiver, ct);
        return await new GoodsLeaving(work, StockPaperKind.Issue, Fund, Place, Words, receiver)
            .Write(Goods, await work.BookedDay(Day, BookedOn, ct), new GoodsPurpose(Expense, what), Documents, ct);
    }
}

/// <summary>Goods are spoilt, lost or out of date: 管理费用 takes what they were worth.</summary>
/// <param name="BookedOn">The open day it is booked on, if it comes late.</param>
public sealed record WriteOffGoods(
    Guid Key, int Fund, long Place, IReadOnlyList<GoodsOut> Goods, LocalDate Day, [property: Personal] string Words,
    IReadOnlyList<Enclosure>? Documents = null, LocalDate? BookedOn = null) : Command<GoodsAnswer>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<GoodsAnswer> Apply(Work work, CancellationToken ct) =>
        await new GoodsLeaving(work, StockPaperKind.WriteOff, Fund, Place, Words, null).Write(Goods, await work.BookedDay(Day, BookedOn, ct),
            new GoodsPurpose(Account.Keys.ManagementExpense, Spends: false), Documents, ct);
}

/// <summary>
/// Goods go back to who gave them (rulings 19): for a cause outside, the income itself is lowered from 2026; for a cause of our own, and
/// under the standard of 2004, it is 管理费用. Only what is still there goes back.
/// </summary>
/// <param name="IsOwnCause">We are the cause, not the donor or the law.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late.</param>
public sealed record ReturnGoods(
    Guid Key, int Fund, long Place, IReadOnlyList<GoodsOut> Goods, LocalDate Day, bool IsOwnCause, [property: Personal] string Words,
    [property: Personal] string Donor, PersonKind DonorKind, IReadOnlyList<Enclosure>? Documents = null, LocalDate? BookedOn = null)
        : Command<GoodsAnswer>(Key)
{
    /// <summary>Goods that nobody gave cannot go back to a donor.</summary>
    public const string NotGiven = "stock.not-given";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<GoodsAnswer> Apply(Work work, CancellationToken ct)
    {
        LocalDate day = await work.BookedDay(Day, BookedOn, ct);
        bool isExpense = IsOwnCause || GoodsPurpose.Is2004(await work.ChartOn(day, ct));
        Counterparty.KeepOut(StockPaper.PartyInWords, DonorKind, Donor, Words);
        return await new GoodsLeaving(work, StockPaperKind.Return, Fund, Place, Words, await Counterparty.FindOrAdd(work, DonorKind, Donor, ct))
            .Write(Goods, day, new GoodsPurpose(isExpense ? Account.Keys.ManagementExpense : Account.Keys.DonationIncome, Spends: false),
                Documents, ct);
    }
}

/// <summary>Goods that leave the register for good: the paper, the moves and, where they are worth something, the voucher.</summary>
internal sealed class GoodsLeaving(Work work, StockPaperKind kind, int fundId, long placeId, string words, long? party)
{
    public async Task<GoodsAnswer> Write(
        IReadOnlyList<GoodsOut> goods, LocalDate day, GoodsPurpose purpose, IReadOnlyList<Enclosure>? documents, CancellationToken ct)
    {
        Fund fund = await work.FundById(fundId, ct);
        StockPlace place = await StockPlace.Find(work, placeId, ct);
        if (goods.Count == 0)
        {
            throw new RefusedException(ReceiveInKind.NothingGiven, ("limit", 200));
        }

        IReadOnlyList<GoodsDrawn> drawn = await GoodsOnShelf.Draw(work, fund, place, goods, day, kind == StockPaperKind.Issue, ct);
        if (kind == StockPaperKind.Return && drawn.Any(row => row.Gift is null && row.Lot.Units > 0))
        {
            throw new RefusedException(ReturnGoods.NotGiven);
        }

        StockPaper paper = await StockPaper.Begin(work, kind, fund, day, words, party, ct,
            projectClass: purpose.What?.ProjectClass ?? "", project: purpose.What?.Project);
        bool isWorth = drawn.Any(row => row.Value.IsPositive);
        List<long> moves = [.. (await GoodsOnShelf.Take(work, paper, place, drawn, isWorth, ct)).Select(move => move.StockMoveId)];
        if (!isWorth)
        {
            return new GoodsAnswer(paper.StockPaperId, null);
        }

        Chart chart = await work.ChartOn(day, ct);
        EntryDraft draft = JournalEntry.On(day, words);
        IReadOnlyList<LotDraw> named = await purpose.Write(work, chart, draft, fund, drawn, day, ct);
        long voucher = await work.Prepare(new Draft(draft.Balanced(), Documents: documents, Then: new StockMoved(moves),
            Otherwise: new StockStays(moves), Undo: new StockUndone(moves), Lots: named), ct);
        await GoodsPurpose.Hang(work, moves, voucher, ct);
        return new GoodsAnswer(paper.StockPaperId, voucher);
    }
}
