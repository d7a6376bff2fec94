using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>What a command with goods answers: the paper, and the voucher if something was to be booked.</summary>
public sealed record GoodsAnswer(long Paper, long? Voucher);

/// <summary>
/// A gift that is no money (regulation 3, cases 4 to 6): booked by evidence or fair value, at one yuan, or only noted, as the standard in
/// force says. It waits until another person has reviewed its voucher; goods then lie on the shelf, and their income is a lot. Own freight and
/// taxes on it (case 7) are an expense like any other.
/// </summary>
/// <param name="Donor">Empty for an anonymous gift.</param>
/// <param name="Clause">The donor's words where they narrow the fund's own purpose; empty takes the fund's.</param>
/// <param name="Place">Where goods, and whatever is only noted, are put.</param>
/// <param name="Clauses">Clauses of the fund that bind only the gifts that name them.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late.</param>
public sealed record ReceiveInKind(
    Guid Key, int Fund, [property: Personal] string Donor, PersonKind DonorKind, LocalDate ReceivedOn, Restriction Restriction,
    [property: Personal] string Clause, [property: Personal] string Words, string Place, IReadOnlyList<InKindRow> Things,
    IReadOnlyList<Enclosure>? Documents = null, IReadOnlyList<long>? Clauses = null, LocalDate? BookedOn = null) : Command<GoodsAnswer>(Key)
{
    /// <summary>Nothing is named.</summary>
    public const string NothingGiven = "in-kind.nothing-given";

    /// <summary>Restricted, but neither the fund nor the donor says to what.</summary>
    public const string ClauseMissing = "in-kind.clause-missing";

    /// <summary>A value without a document that proves it.</summary>
    public const string ProofMissing = "in-kind.proof-missing";

    private const int MostThings = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<GoodsAnswer> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        LocalDate day = await work.BookedDay(ReceivedOn, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        bool is2004 = GoodsPurpose.Is2004(chart);
        List<(InKindRow Row, ValueBasis Basis, Amount Value)> things =
            [.. Things.Select(row => (row, row.Valued(is2004))).Select(row => (row.row, row.Item2.Basis, row.Item2.Value))];
        if (things.Count is 0 or > MostThings)
        {
            throw new RefusedException(NothingGiven, ("limit", MostThings));
        }

        if (Documents is not { Count: > 0 } && things.Any(thing => thing.Basis is ValueBasis.Evidence or ValueBasis.FairValue))
        {
            throw new RefusedException(ProofMissing, ("name", things.First(thing => thing.Value.IsPositive).Row.Name));
        }

        Counterparty.KeepOut(StockPaper.PartyInWords, DonorKind, Donor, Words);
        long? donor = await Counterparty.FindOrAdd(work, DonorKind, Donor, ct);
        Amount whole = Sum(things.Select(thing => thing.Value));
        InKindGift gift = await Register(work, fund, donor, things, whole, ct);
        StockPaper paper = await StockPaper.Begin(work, StockPaperKind.Gift, fund, day, Words, donor, ct, gift.InKindGiftId);
        List<long> moves = await OnShelf(work, paper, things, whole.IsPositive, ct);
        return new GoodsAnswer(paper.StockPaperId, whole.IsPositive ? await Book(work, chart, fund, gift, things, moves, day, ct) : null);
    }

    private static Amount Sum(IEnumerable<Amount> amounts) => amounts.Aggregate(Amount.Fen(0), (sum, amount) => sum + amount);

    private async Task<InKindGift> Register(
        Work work, Fund fund, long? donor, List<(InKindRow Row, ValueBasis Basis, Amount Value)> things, Amount whole, CancellationToken ct)
    {
        string clause = PlainText.Of(Clause) is { Length: > 0 } told ? told
            : Restriction != Restriction.Restricted ? "" : fund.Clause.Length > 0 ? fund.Clause : await Agreed(work, ct);
        if (Restriction == Restriction.Restricted && clause.Length is 0 or > 500)
        {
            throw new RefusedException(ClauseMissing, ("fund", fund.Name));
        }

        InKindGift gift = new()
        {
            BookId = work.Book,
            FundId = Fund,
            DonorId = donor,
            ReceivedOn = ReceivedOn,
            Restriction = Restriction,
            Clause = clause,
            Units = whole.Units,
            State = whole.IsPositive ? InKindState.Waiting : InKindState.Accepted,
            RecordedBy = work.ActorId,
            RecordedAt = work.Now,
        };
        work.Db.Add(gift);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(things.Select((thing, at) => new InKindGiftLine
        {
            BookId = work.Book,
            InKindGiftId = gift.InKindGiftId,
            LineNo = checked((short)(at + 1)),
            Kind = thing.Row.Kind,
            Name = Named(thing.Row.Name),
            Unit = Counted(thing.Row.Unit),
            Quantity = thing.Row.Quantity is > 0 and <= 1_000_000_000 ? thing.Row.Quantity
                : throw new RefusedException(GoodsOnShelf.BadQuantity, ("limit", 1_000_000_000)),
            EvidenceUnits = thing.Row.Evidence?.Units,
            FairUnits = thing.Row.Fair?.Units,
            FairSource = thing.Row.Source,
            Basis = thing.Basis,
            Units = thing.Value.Units,
        }));
        await work.Db.SaveChangesAsync(ct);
        return gift;
    }

    private static string Named(string typed) => PlainText.Of(typed) is { Length: > 0 and <= 60 } name ? name
        : throw new RefusedException(StockItem.BadItem, ("name", typed), ("unit", ""), ("limit", 60));

    private static string Counted(string typed) => PlainText.Of(typed) is { Length: > 0 and <= 10 } unit ? unit
        : throw new RefusedException(StockItem.BadItem, ("name", ""), ("unit", typed), ("limit", 60));

    /// <summary>The words of the clauses that are named.</summary>
    private async Task<string> Agreed(Work work, CancellationToken ct)
    {
        long[] named = [.. Clauses ?? []];
        return string.Join('；', await work.Db.Set<FundClause>()
            .Where(row => row.BookId == work.Book && row.FundId == Fund && !row.ForAll && named.Contains(row.FundClauseId))
            .OrderBy(row => row.FundClauseId).Select(row => row.Words).ToListAsync(ct));
    }

    /// <summary>Goods, and whatever is only noted; a service is used as it comes, and an asset in the books has its own register.</summary>
    private async Task<List<long>> OnShelf(
        Work work, StockPaper paper, List<(InKindRow Row, ValueBasis Basis, Amount Value)> things, bool waits, CancellationToken ct)
    {
        GoodsIn[] goods =
        [
            .. things.Where(thing => thing.Row.Kind == InKindThing.Goods || thing.Basis == ValueBasis.Memo)
                .Select(thing => new GoodsIn(
                    thing.Row.Name, thing.Row.Unit, thing.Row.Quantity, thing.Value, thing.Row.Batch, thing.Row.ExpiresOn)),
        ];
        return goods.Length == 0 ? []
            : [.. (await GoodsOnShelf.Put(work, paper, await StockPlace.FindOrAdd(work, Place, ct), Restriction, goods, waits, ct))
                .Select(move => move.StockMoveId)];
    }

    private async Task<long> Book(Work work, Chart chart, Fund fund, InKindGift gift,
        List<(InKindRow Row, ValueBasis Basis, Amount Value)> things, List<long> moves, LocalDate day, CancellationToken ct)
    {
        EntryDraft draft = JournalEntry.On(day, Words);
        foreach (var part in things.Where(thing => thing.Value.IsPositive).GroupBy(thing => thing.Row.AccountOf(chart)))
        {
            // A service is used up as it is given, so nothing of its income stays restricted.
            draft.Debit(part.Key, fund.Code, Sum(part.Select(thing => thing.Value)),
                new Tags(part.Key.NeedsRestriction ? Restriction.Unrestricted : null, Counterparty: gift.DonorId));
        }

        foreach (var part in things.Where(thing => thing.Value.IsPositive)
            .GroupBy(thing => thing.Row.Kind == InKindThing.Service ? Restriction.Unrestricted : Restriction).OrderBy(group => group.Key))
        {
            draft.Credit(chart[Account.Keys.DonationIncome], fund.Code, Sum(part.Select(thing => thing.Value)), new Tags(
                part.Key, Counterparty: gift.DonorId, Clause: part.Key == Restriction.Restricted ? gift.Clause : null));
        }

        long id = gift.InKindGiftId;
        gift.VoucherId = await work.Prepare(new Draft(draft.Balanced(), Documents: Documents,
            Then: new AcceptInKind(id, moves), Otherwise: new DropInKind(id, moves), Undo: new UndoInKind(id, moves),
            Clauses: Restriction == Restriction.Restricted ? Clauses : null), ct);
        await GoodsPurpose.Hang(work, moves, gift.VoucherId.Value, ct);
        await GiftRegister.Enter(work, gift.VoucherId.Value, ReceivedOn, GiftRegister.InKind, isPosted: false, ct);
        return gift.VoucherId.Value;
    }
}
