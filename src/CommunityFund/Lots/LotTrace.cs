using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>What one inflow paid for, to the voucher.</summary>
/// <param name="Day">The last day that counts; null for today.</param>
/// <param name="KnownAt">The last entry that counts; null for the last there is.</param>
public sealed record LotTrace(long Lot, LocalDate? Day = null, long? KnownAt = null) : Query<TracedLot>
{
    /// <summary>There is no such lot within reach.</summary>
    public const string Unknown = "trace.unknown";

    internal override Need Needs => Need.Any(Tracing.Readers);

    internal override async Task<TracedLot> Answer(Work work, CancellationToken ct)
    {
        GiftLot? found = await work.Db.Set<GiftLot>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.LotId == Lot, ct);
        GiftLot lot = found is not null && work.Rights.Reaches(Tracing.Readers, found.FundId) ? found
            : throw new RefusedException(Unknown, ("typed", Lot));
        PostedLine line = await work.Db.Postings.AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.EntryNo == lot.EntryNo && row.LineNo == lot.LineNo, ct);
        Chart chart = await work.ChartOn(lot.ReceivedOn, ct);
        string from = await work.Db.People.Where(person => person.PersonId == lot.CounterpartyId).Select(person => person.Name)
            .SingleOrDefaultAsync(ct) ?? "";
        long voucher = await work.Db.Entries.Where(entry => entry.BookId == work.Book && entry.EntryNo == lot.EntryNo)
            .Select(entry => entry.VoucherId).SingleAsync(ct);
        return new TracedLot(
            lot.LotId, from, (await work.FundById(lot.FundId, ct)).Name, chart.ById(line.AccountId).Name, lot.Restriction, lot.Clause,
            voucher, await TraceReader.Read(work, work.Book, [Lot], Day, KnownAt, ct));
    }
}

/// <summary>One inflow: from whom, to which fund, and what it paid for.</summary>
/// <param name="From">Name of the donor or payer; empty if nobody is known.</param>
public sealed record TracedLot(
    long Lot, string From, string Fund, string Account, Restriction Restriction, string Clause, long VoucherId, TraceView Trace);

/// <summary>Who may follow money through the books.</summary>
public static class Tracing
{
    public static IReadOnlyList<Role> Readers { get; } =
        [Role.Accountant, Role.VoucherReviewer, Role.Admin, Role.FinanceOffice, Role.Panel, Role.Cashier];
}
