using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>A voucher in a list.</summary>
public sealed record VoucherItem(
    long VoucherId, VoucherState State, LocalDate OccurredOn, string? Series, int? Number, int Period, string Narrative, Amount Total,
    string Maker, bool IsOwn, string? Decider, string Reason);

/// <summary>One page of vouchers.</summary>
public sealed record VoucherItems(IReadOnlyList<VoucherItem> Items, int Total);

/// <summary>Vouchers in one state (or all), newest first, of the funds the person's role reaches.</summary>
/// <param name="Page">From 1.</param>
public sealed record VoucherList(VoucherState? State, int? Period, int Page, int PageSize = 50) : Query<VoucherItems>
{
    internal override Need Needs => Need.Any(VoucherPage.Readers);

    internal override async Task<VoucherItems> Answer(Work work, CancellationToken ct)
    {
        int[] funds = [.. work.Rights.FundsOf(VoucherPage.Readers)];
        bool all = work.Rights.ReachesAll(VoucherPage.Readers);
        IQueryable<Voucher> vouchers = work.Db.Vouchers.AsNoTracking().Where(voucher => voucher.BookId == work.Book
            && (State == null || voucher.State == State) && (Period == null || voucher.Period == Period)
            && (all || !work.Db.VoucherLines.Any(line => line.BookId == voucher.BookId && line.VoucherId == voucher.VoucherId
                                                         && !funds.Contains(line.FundId))));
        int total = await vouchers.CountAsync(ct);
        var rows = await (from voucher in vouchers.OrderByDescending(voucher => voucher.OccurredOn).ThenByDescending(voucher => voucher.VoucherId)
                              .Skip((Math.Max(1, Page) - 1) * PageSize).Take(PageSize)
                          join narrative in work.Db.Set<Narrative>() on new { voucher.BookId, voucher.NarrativeId }
                              equals new { narrative.BookId, narrative.NarrativeId }
                          join entry in work.Db.Entries on new { voucher.BookId, Entry = voucher.EntryNo } equals new { entry.BookId, Entry = (long?)entry.EntryNo }
                              into posted
                          from entry in posted.DefaultIfEmpty()
                          orderby voucher.OccurredOn descending, voucher.VoucherId descending
                          select new { voucher, narrative.Text, Series = entry == null ? null : entry.Series, Number = entry == null ? (int?)null : entry.Number })
            .ToListAsync(ct);
        var names = await PersonName.Of(work, rows.SelectMany(row => new[] { row.voucher.MakerId, row.voucher.DecidedBy }), ct);
        return new VoucherItems(
            [
                .. rows.Select(row => new VoucherItem(
                    row.voucher.VoucherId, row.voucher.State, row.voucher.OccurredOn, row.Series, row.Number, row.voucher.Period, row.Text ?? "",
                    Amount.Fen(row.voucher.Total), names[row.voucher.MakerId], row.voucher.MakerId == work.Actor,
                    row.voucher.DecidedBy is { } decider ? names[decider] : null, row.voucher.Reason)),
            ],
            total);
    }
}
