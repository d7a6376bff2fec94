using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>What came into the pool or went out of it; names nobody.</summary>
public sealed record PoolMove(long EntryNo, LocalDate Day, UnitKind Kind, bool IsRed, Amount Hours);

/// <summary>时间池: what it holds, and one month of what came and went.</summary>
public sealed record PoolView(
    string Programme, int Fund, Amount Hours, PeriodNumber Month, PeriodNumber? Earlier, PeriodNumber? Later, IReadOnlyList<PoolMove> Moves);

/// <summary>The pool of a time bank.</summary>
/// <param name="Month">YYYYMM; null for this month.</param>
public sealed record PoolPage(int Programme, int? Month = null) : Query<PoolView>
{
    internal override Need Needs => Need.Any(Programmes.Programme.Readers).For(Programme);

    internal override async Task<PoolView> Answer(Work work, CancellationToken ct)
    {
        Fund programme = await Programmes.Programme.Of(work, Programme, ct);
        int month = Month is { } asked && asked % 100 is >= 1 and <= 12 ? asked : AccountingPeriod.Of(work.Today);
        IQueryable<PostedLine> lines =
            from line in work.Db.Postings.AsNoTracking()
            join account in work.Db.Accounts on new { line.BookId, line.AccountId } equals new { account.BookId, account.AccountId }
            where line.BookId == work.Book && line.FundId == Programme && account.Key == "hours-pool"
            select line;
        var moves = await (
            from line in lines
            join entry in work.Db.Entries on new { line.BookId, line.EntryNo } equals new { entry.BookId, entry.EntryNo }
            join paper in work.Db.Set<UnitPaper>() on new { entry.BookId, entry.VoucherId } equals new { paper.BookId, paper.VoucherId }
            where line.Period == month
            orderby line.EntryNo descending
            select new { line.EntryNo, entry.OccurredOn, paper.Kind, paper.IsRed, line.Side, line.Units }).Take(HolderBook.MostMoves).ToListAsync(ct);
        int? earlier = await lines.Where(line => line.Period < month).MaxAsync(line => (int?)line.Period, ct);
        int? later = await lines.Where(line => line.Period > month).MinAsync(line => (int?)line.Period, ct);
        return new PoolView(
            programme.Name, Programme, Amount.OfUnits(await HourGrant.PoolOf(work, programme, ct), Commodity.Hour), new PeriodNumber(month),
            earlier is { } before ? new PeriodNumber(before) : null, later is { } after ? new PeriodNumber(after) : null,
            [.. moves.Select(move => new PoolMove(move.EntryNo, move.OccurredOn, move.Kind, move.IsRed,
                Amount.OfUnits(move.Side == Side.Debit ? move.Units : -move.Units, Commodity.Hour)))]);
    }
}
