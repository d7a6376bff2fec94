using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>
/// Goods are bought: 存货 until they are handed out. They are paid at once, or owed to the supplier, whose payment by the bank is then
/// waited for. Restricted money is used when they are handed out, not when they are bought.
/// </summary>
/// <param name="Restriction">That of the money that pays for them.</param>
/// <param name="PaidFrom">Key of the cash or bank account; empty if the supplier is owed.</param>
/// <param name="BankLine">The bank line that paid them.</param>
/// <param name="DueOn">When the supplier is to be paid.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late.</param>
public sealed record BuyGoods(
    Guid Key, int Fund, string Place, IReadOnlyList<GoodsIn> Goods, LocalDate BoughtOn, Restriction Restriction, string PaidFrom,
    [property: Personal] string Supplier, PersonKind SupplierKind, [property: Personal] string Words, long? BankLine = null,
    IReadOnlyList<Enclosure>? Documents = null, LocalDate? DueOn = null, LocalDate? BookedOn = null) : Command<GoodsAnswer>(Key)
{
    /// <summary>Goods are paid from cash or a bank account.</summary>
    public const string NotCash = "stock.not-cash";

    /// <summary>Something bought without a price, or nothing at all.</summary>
    public const string PriceMissing = "stock.price-missing";

    /// <summary>Somebody is owed, and nobody is named.</summary>
    public const string SupplierMissing = "stock.supplier-missing";

    internal const string Payables = "accounts-payable";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(
        BankLine is null ? Need.Any(Role.Accountant).For(Fund) : Need.Any(Role.Accountant).ForWholeBook().For(Fund));

    internal override async Task<GoodsAnswer> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        LocalDate day = await work.BookedDay(BoughtOn, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        if (Goods.Count == 0 || Goods.Any(row => !row.Value.IsPositive))
        {
            throw new RefusedException(PriceMissing);
        }

        Counterparty.KeepOut(StockPaper.PartyInWords, SupplierKind, Supplier, Words);
        long? supplier = await Counterparty.FindOrAdd(work, SupplierKind, Supplier, ct);
        Amount price = Amount.Fen(Goods.Sum(row => row.Value.Units));
        StockPaper paper = await StockPaper.Begin(work, StockPaperKind.Purchase, fund, day, Words, supplier, ct);
        List<long> moves =
        [
            .. (await GoodsOnShelf.Put(work, paper, await StockPlace.FindOrAdd(work, Place, ct), Restriction, Goods, waits: true, ct))
                .Select(move => move.StockMoveId),
        ];
        EntryDraft draft = JournalEntry.On(day, Words).Debit(chart.Part(GoodsOnShelf.AccountKey, "采购", "兑换").Account, fund.Code, price,
            new Tags(Counterparty: supplier));
        JournalEntry entry = (PaidFrom.Length == 0
            ? draft.Credit(chart.Part(Payables).Account, fund.Code, price,
                new Tags(Counterparty: supplier ?? throw new RefusedException(SupplierMissing)))
            : draft.Credit(CashOf(chart), fund.Code, price, new Tags(CashFlow: CashFlow.PurchasesPaid))).Balanced();
        LocalDate? due = PaidFrom.Length == 0 ? DueOn ?? day : null;
        long voucher = await work.Prepare(new Draft(entry, Bank: BankPart.Of(BankLine, null, -price, isPart: false), Documents: Documents,
            Then: new GoodsBought(moves, due), Otherwise: new StockStays(moves), Undo: new PurchaseUndone(moves)), ct);
        await GoodsPurpose.Hang(work, moves, voucher, ct);
        return new GoodsAnswer(paper.StockPaperId, voucher);
    }

    private Account CashOf(Chart chart) =>
        chart.Find(PaidFrom) is { Account: { Role: AccountRole.OwnCash } own, TakesLines: true } ? own
            : throw new RefusedException(NotCash, ("account", PaidFrom));

    /// <summary>What the payer writes, and by which the expectation is found.</summary>
    internal static string CodeOf(long paper) => string.Create(CultureInfo.InvariantCulture, $"RK{paper}");
}

/// <summary>The voucher was posted: the goods are there; what is owed for them is waited for.</summary>
/// <param name="DueOn">Null if they are paid.</param>
[Consequence("goods-bought", 1)]
internal sealed record GoodsBought(IReadOnlyList<long> Moves, LocalDate? DueOn) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        await StockFate.Set(work, Moves, StockMoveState.Done, ct);
        if (DueOn is not { } due)
        {
            return;
        }

        await Awaited(work, await PurchaseUndone.PaperOf(work, Moves[0], ct), due, ct);
    }

    internal static async Task Awaited(Work work, StockPaper paper, LocalDate due, CancellationToken ct)
    {
        Amount price = Amount.Fen(await work.Db.Set<StockMove>()
            .Where(row => row.BookId == work.Book && row.StockPaperId == paper.StockPaperId && row.UndoesMoveId == null)
            .SumAsync(row => row.Units, ct));
        Chart chart = await work.ChartOn(work.Today, ct);
        await new Expected(ExpectationKind.Supplier, -price, paper.Words, due,
            [
                new ExpectedLine(chart.Part(BuyGoods.Payables).Account, await work.FundById(paper.FundId, ct), Side.Debit, price,
                    CashFlow.PurchasesPaid, new Tags(Counterparty: paper.PartyId)),
            ],
            BuyGoods.CodeOf(paper.StockPaperId), paper.PartyId, Undo: new PurchaseUnpaid(paper.StockPaperId)).Write(work, ct);
    }
}

/// <summary>The voucher that paid the supplier was reversed: what it met is open again by itself.</summary>
[Consequence("purchase-unpaid", 1)]
internal sealed record PurchaseUnpaid(long Paper) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override Task Happen(Work work, CancellationToken ct) => Task.CompletedTask;

    /// <summary>退汇: the supplier is owed again, and another line of the bank is waited for.</summary>
    internal override async Task CameBack(Work work, long line, CancellationToken ct)
    {
        StockPaper paper = await work.Db.Set<StockPaper>().SingleAsync(row => row.BookId == work.Book && row.StockPaperId == Paper, ct);
        await GoodsBought.Awaited(work, paper, (await PurchaseUndone.AwaitedFor(work, Paper, ct))[0].DueOn, ct);
    }

    internal override async Task StaysPaid(Work work, long expectation, CancellationToken ct)
    {
        foreach (Expectation again in (await PurchaseUndone.AwaitedFor(work, Paper, ct)).Where(row => row.ExpectationId > expectation))
        {
            (again.ClosedBy, again.ClosedAt) = again.VoucherId is null ? (work.ActorId, work.Now)
                : throw new RefusedException(PurchaseUndone.PaidAlready);
        }
    }
}

/// <summary>The voucher was reversed.</summary>
[Consequence("purchase-undone", 1)]
internal sealed record PurchaseUndone(IReadOnlyList<long> Moves) : Consequence
{
    /// <summary>The supplier was paid, or a payment waits.</summary>
    public const string PaidAlready = "stock.paid-already";

    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        long paper = (await PaperOf(work, Moves[0], ct)).StockPaperId;
        if (await StockFate.Undo(work, Moves, ct) is not null)
        {
            return;
        }

        // Of payments that came back only the last one that is waited for says whether it is paid.
        if ((await AwaitedFor(work, paper, ct)).LastOrDefault() is { } awaited)
        {
            (awaited.ClosedBy, awaited.ClosedAt) = awaited.VoucherId is null ? (work.ActorId, work.Now)
                : throw new RefusedException(PaidAlready);
        }
    }

    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        await StockFate.RefuseOtherGoods(work, Moves, blue, ct);
        return (blue with { Undo = this }, _ => { });
    }

    /// <summary>What is waited for or was met, without what was given up.</summary>
    internal static Task<List<Expectation>> AwaitedFor(Work work, long paper, CancellationToken ct)
    {
        string code = BuyGoods.CodeOf(paper);
        return work.Db.Set<Expectation>().Where(row => row.BookId == work.Book && row.Kind == ExpectationKind.Supplier && row.Code == code
            && row.ClosedAt == null).OrderBy(row => row.ExpectationId).ToListAsync(ct);
    }

    internal static Task<StockPaper> PaperOf(Work work, long move, CancellationToken ct) => (
        from row in work.Db.Set<StockMove>()
        join paper in work.Db.Set<StockPaper>() on new { row.BookId, row.StockPaperId } equals new { paper.BookId, paper.StockPaperId }
        where row.BookId == work.Book && row.StockMoveId == move
        select paper).SingleAsync(ct);
}
