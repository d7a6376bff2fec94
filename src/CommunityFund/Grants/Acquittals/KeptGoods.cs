using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>留用物资入库: a line of an acquittal whose goods are the foundation's and lie in a place of its store. A line of kept goods that nobody
/// says so of stays with the project and is its cost.</summary>
/// <param name="Line">Number of the line in the acquittal.</param>
public sealed record KeptThing(short Line, string Item, string Unit, long Quantity, string Place)
{
    /// <summary>The line is none of kept goods that were accepted, or was named twice.</summary>
    public const string NoSuchLine = "acquittal.kept-no-line";

    /// <summary>No fund bears the whole of it, and a thing is not cut in two.</summary>
    public const string AcrossFunds = "acquittal.kept-across-funds";
}

/// <summary>What a fund bears of a line of goods.</summary>
internal sealed record KeptShare(KeptThing Thing, Fund Fund, Restriction Restriction, long Units);

/// <summary>Goods that a grant bought and the foundation keeps: 存货 and not cost, until they are handed out (grants.md 5.3 T8, rulings 16).</summary>
internal static class KeptGoods
{
    /// <summary>Gives every line of goods to the first fund that bears it whole, out of restricted money where that does.</summary>
    public static async Task<IReadOnlyList<KeptShare>> Share(Work work, IReadOnlyList<GrantAcquittalLine> lines,
        IReadOnlyList<AcquittedPart> parts, IReadOnlyList<KeptThing> kept, CancellationToken ct)
    {
        long[] receipts = [.. lines.Where(line => line.Accepted == true).Select(line => line.GrantReceiptId)];
        Dictionary<long, string> goods = await work.Db.Set<GrantReceipt>().AsNoTracking().Where(row => row.BookId == work.Book
            && receipts.Contains(row.GrantReceiptId) && row.Spending == Spending.KeptGoods).ToDictionaryAsync(row => row.GrantReceiptId,
                row => row.What, ct);
        Dictionary<(int Fund, Restriction Restriction), long> left = [];
        foreach (AcquittedPart part in parts)
        {
            left[(part.Fund.FundId, Restriction.Restricted)] = part.Restricted;
            left[(part.Fund.FundId, Restriction.Unrestricted)] = part.Units - part.Restricted;
        }

        List<KeptShare> shares = [];
        foreach (KeptThing thing in kept)
        {
            GrantAcquittalLine line = lines.SingleOrDefault(row => row.Line == thing.Line && goods.ContainsKey(row.GrantReceiptId)
                && shares.TrueForAll(share => share.Thing.Line != thing.Line))
                ?? throw new RefusedException(KeptThing.NoSuchLine, ("line", thing.Line));
            (Fund fund, Restriction restriction) = parts
                .SelectMany(part => new[] { (part.Fund, Restriction.Restricted), (part.Fund, Restriction.Unrestricted) })
                .FirstOrDefault(pot => left[(pot.Fund.FundId, pot.Item2)] >= line.Units);
            if (fund is null)
            {
                throw new RefusedException(KeptThing.AcrossFunds, ("line", line.Line), ("receipt", goods[line.GrantReceiptId]),
                    ("amount", Amount.Fen(line.Units)));
            }

            left[(fund.FundId, restriction)] -= line.Units;
            shares.Add(new KeptShare(thing, fund, restriction, line.Units));
        }

        return shares;
    }

    /// <summary>Puts them on the shelf, a paper for each fund and place; they wait for their voucher. Gifts reserved for the grant are reserved for
    /// them from now on.</summary>
    /// <returns>Their moves.</returns>
    public static async Task<IReadOnlyList<long>> Put(Work work, GrantAward award, string words, IReadOnlyList<KeptShare> shares, LocalDate day,
        CancellationToken ct)
    {
        List<long> moves = [];
        foreach (var fund in shares.GroupBy(share => share.Fund.FundId))
        {
            StockPaper paper = await StockPaper.Begin(work, StockPaperKind.Purchase, fund.First().Fund, day, words, null, ct,
                project: award.ProjectId);
            foreach (var group in fund.GroupBy(share => (PlainText.Of(share.Thing.Place), share.Restriction)))
            {
                GoodsIn[] goods = [.. group.Select(share => new GoodsIn(share.Thing.Item, share.Thing.Unit, share.Thing.Quantity,
                    Amount.Fen(share.Units)))];
                StockPlace place = await StockPlace.FindOrAdd(work, group.Key.Item1, ct);
                moves.AddRange((await GoodsOnShelf.Put(work, paper, place, group.Key.Restriction, goods, waits: true, ct))
                    .Select(move => move.StockMoveId));
            }
        }

        return moves;
    }

    /// <summary>They learn their voucher.</summary>
    public static async Task Hang(Work work, IReadOnlyList<long> moves, long voucher, CancellationToken ct)
    {
        foreach (StockMove move in await work.Db.Set<StockMove>()
            .Where(row => row.BookId == work.Book && moves.Contains(row.StockMoveId)).ToListAsync(ct))
        {
            move.VoucherId = voucher;
        }

        await work.Db.SaveChangesAsync(ct);
    }

    /// <summary>The moves that came with a voucher.</summary>
    public static async Task<IReadOnlyList<long>> Of(Work work, long? voucher, CancellationToken ct) => voucher is null ? []
        : await work.Db.Set<StockMove>().Where(row => row.BookId == work.Book && row.VoucherId == voucher && row.UndoesMoveId == null)
            .OrderBy(row => row.StockMoveId).Select(row => row.StockMoveId).ToListAsync(ct);

    /// <summary>What acquittals of a tranche, or of all of a grant's, put on the shelf, in fen.</summary>
    public static Task<long> Worth(Work work, long grant, long? tranche, CancellationToken ct) => (
        from row in work.Db.Set<Tranche>()
        join acquittal in work.Db.Set<GrantAcquittal>() on new { row.BookId, row.TrancheId } equals new { acquittal.BookId, acquittal.TrancheId }
        join move in work.Db.Set<StockMove>() on new { acquittal.BookId, acquittal.VoucherId } equals new { move.BookId, move.VoucherId }
        where row.BookId == work.Book && row.GrantId == grant && (tranche == null || row.TrancheId == tranche)
            && acquittal.State == AcquittalState.Posted && move.State == StockMoveState.Done && move.UndoesMoveId == null
        select move.Units).SumAsync(ct);
}
