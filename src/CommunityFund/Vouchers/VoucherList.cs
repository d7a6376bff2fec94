using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>A voucher in a list.</summary>
public sealed record VoucherItem(
    long VoucherId, VoucherState State, LocalDate OccurredOn, string? Series, int? Number, int Period, string Narrative,
        Amount Total,
    string Maker, bool IsOwn, string? Decider, string Reason, VoucherLinks Links, string? ReviewRule = null)
{
    public VoucherKind Kind => Links.Self.Kind;
}

/// <summary>One page of vouchers, and the periods in which the person sees any.</summary>
public sealed record VoucherItems(IReadOnlyList<VoucherItem> Items, int Total, IReadOnlyList<int> Periods);

/// <summary>Vouchers in one state (or all), newest first, of the funds the person's role reaches.</summary>
/// <param name="Page">From 1.</param>
public sealed record VoucherList(VoucherState? State, int? Period, int Page, int PageSize = 50) : Query<VoucherItems>
{
    internal override Need Needs => Need.Any(VoucherPage.Readers);

    internal override async Task<VoucherItems> Answer(Work work, CancellationToken ct)
    {
        IQueryable<Voucher> visible = Visible(work, VoucherPage.Readers);
        IQueryable<Voucher> vouchers = visible.Where(
            voucher => (State == null || voucher.State == State) && (Period == null || voucher.Period == Period));
        return new VoucherItems(
            await Items(work, vouchers, Page, PageSize, ct),
            await vouchers.CountAsync(ct),
            await visible.Select(voucher => voucher.Period).Distinct().OrderDescending().ToListAsync(ct));
    }

    internal static IQueryable<Voucher> Visible(Work work, params IReadOnlyList<Role> roles) => ReadableVouchers.Of(work, roles);

    internal static async Task<IReadOnlyList<VoucherItem>> Items(
        Work work, IQueryable<Voucher> vouchers, int page, int pageSize, CancellationToken ct)
    {
        int skip = (int)Math.Min((Math.Max(1, page) - 1L) * pageSize, int.MaxValue);
        var rows = await (from voucher in vouchers.OrderByDescending(voucher => voucher.OccurredOn)
            .ThenByDescending(voucher => voucher.VoucherId)
                              .Skip(skip).Take(pageSize)
                          join narrative in work.Db.Set<Narrative>() on new { voucher.BookId, voucher.NarrativeId }
                              equals new { narrative.BookId, narrative.NarrativeId }
                          join entry in work.Db.Entries on new
                          {
                              voucher.BookId,
                              Entry = voucher.EntryNo
                          } equals new { entry.BookId, Entry = (long?)entry.EntryNo }
                              into posted
                          from entry in posted.DefaultIfEmpty()
                          orderby voucher.OccurredOn descending, voucher.VoucherId descending
                          select new
                          {
                              voucher,
                              narrative.Text,
                              Series = entry == null ? null : entry.Series,
                              Number = entry == null ? (int?)null : entry.Number,
                              Rule = entry == null ? null : entry.ReviewRule
                          })
            .ToListAsync(ct);
        var names = await PersonName.Of(work, rows.SelectMany(row => new[] { row.voucher.MakerId, row.voucher.DecidedBy }), ct);
        var links = await VoucherLinks.Of(work, [.. rows.Select(row => row.voucher)], ct);
        return
        [
            .. rows.Select(row => new VoucherItem(
                row.voucher.VoucherId, row.voucher.State, row.voucher.OccurredOn, row.Series, row.Number, row.voucher.Period,
                    row.Text ?? "",
                Amount.OfUnits(row.voucher.Total, row.Series is { } series ? new Series(series).Commodity : Commodity.Cny),
                names[row.voucher.MakerId], row.voucher.MakerId == work.Actor,
                row.voucher.DecidedBy is { } decider ? names[decider] : null, row.voucher.Reason,
                links[row.voucher.VoucherId], row.Rule)),
        ];
    }
}
