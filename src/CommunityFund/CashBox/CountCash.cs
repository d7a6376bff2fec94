using System.Globalization;
using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.CashBox;

/// <summary>So many of one face value.</summary>
/// <param name="Face">In fen.</param>
public sealed record CashPiece(int Face, int Count);

/// <summary>The cash box was counted today; what should lie there, booked or only noted, is taken at the same moment.</summary>
public sealed record CountCash(Guid Key, string CashAccount, IReadOnlyList<CashPiece> Pieces) : Command<long>(Key)
{
    /// <summary>A face value that is none, twice, or a number that cannot be.</summary>
    public const string BadPieces = "cash-count.bad-pieces";

    private const int MostPieces = 100_000;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(CashNote.Keepers).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (Pieces.Any(piece => !CashCount.FaceValues.Contains(piece.Face) || piece.Count is < 0 or > MostPieces)
            || Pieces.DistinctBy(piece => piece.Face).Count() != Pieces.Count)
        {
            throw new RefusedException(BadPieces);
        }

        Chart chart = await work.ChartOn(work.Today, ct);
        int cash = chart.Find(CashNote.CashOf(chart, CashAccount).Key)!.AccountId;
        CashCount count = new()
        {
            BookId = work.Book,
            AccountId = cash,
            CountedOn = work.Today,
            Pieces = JsonSerializer.Serialize(Pieces.Where(piece => piece.Count > 0)
                .ToDictionary(piece => piece.Face.ToString(CultureInfo.InvariantCulture), piece => piece.Count)),
            Units = Pieces.Sum(piece => (long)piece.Face * piece.Count),
            BookedUnits = await Booked(work, cash, ct) + await Noted(work, cash, ct),
            CountedBy = work.ActorId,
            CountedAt = work.Now,
        };
        work.Db.Add(count);
        await work.Db.SaveChangesAsync(ct);
        return count.CashCountId;
    }

    /// <summary>What waits to be booked: in less out.</summary>
    internal static Task<long> Noted(Work work, int account, CancellationToken ct) => work.Db.Set<CashNote>()
        .Where(note => note.BookId == work.Book && note.AccountId == account && note.DroppedBy == null
            && (note.VoucherId == null
                || work.Db.Vouchers.Any(voucher => voucher.BookId == note.BookId && voucher.VoucherId == note.VoucherId
                    && voucher.State == VoucherState.Prepared)))
        .SumAsync(note => note.Kind == CashKind.Receipt || note.Kind == CashKind.Withdrawal ? note.Units : -note.Units, ct);

    internal static Task<long> Booked(Work work, int account, CancellationToken ct) => work.Db.Database.SqlQuery<long>(
        $"""
        select coalesce(sum(net), 0)::bigint as "Value" from fund_position where book_id = {work.Book} and account_id = {account}
        """).SingleAsync(ct);
}
