using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Vouchers;

/// <summary>Vouchers for the binder: one, or a month's by series and number.</summary>
/// <param name="Left">How many more the range has than are printed at once.</param>
/// <param name="Periods">Months that have posted vouchers the reader may see, newest first.</param>
public sealed record PrintedVouchers(IReadOnlyList<VoucherView> Vouchers, int Left, IReadOnlyList<int> Periods);

/// <summary>Posted vouchers of a period in the order of their numbers, or one voucher whatever its state.</summary>
/// <param name="Series">Empty takes all statutory series.</param>
public sealed record VouchersToPrint(long? Voucher, int? Period, string Series, int? From, int? To) : Query<PrintedVouchers>
{
    /// <summary>The most vouchers printed at once.</summary>
    public const int Most = 200;

    internal override Need Needs => Need.Any(VoucherPage.Readers);

    internal override async Task<PrintedVouchers> Answer(Work work, CancellationToken ct)
    {
        IQueryable<Voucher> visible = VoucherList.Visible(work, VoucherPage.Readers);
        List<int> periods = await visible.Where(voucher => voucher.State == VoucherState.Posted)
            .Select(voucher => voucher.Period).Distinct().OrderDescending().ToListAsync(ct);
        if (Voucher is { } one)
        {
            return new PrintedVouchers([await new VoucherPage(one).Answer(work, ct)], 0, periods);
        }

        var range = from entry in work.Db.Entries
                    where entry.BookId == work.Book && entry.Period == Period && (Series == "" || entry.Series == Series)
                        && (From == null || entry.Number >= From) && (To == null || entry.Number <= To)
                    join voucher in visible on new { entry.BookId, entry.VoucherId } equals new { voucher.BookId, voucher.VoucherId }
                    orderby entry.Series, entry.Number
                    select voucher.VoucherId;
        int count = await range.CountAsync(ct);
        List<VoucherView> vouchers = [];
        foreach (long id in await range.Take(Most).ToListAsync(ct))
        {
            vouchers.Add(await new VoucherPage(id).Answer(work, ct));
        }

        return new PrintedVouchers(vouchers, count - vouchers.Count, periods);
    }
}
