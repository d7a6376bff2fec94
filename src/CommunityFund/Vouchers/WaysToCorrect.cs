using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>How a voucher can be put right now.</summary>
/// <param name="Standard">Key of the standard under which a correction of today is written.</param>
/// <param name="RedDay">The day proposed for red, and for red and blue.</param>
/// <param name="BlueDay">The day proposed for one blue voucher.</param>
/// <param name="IsAdjusting">December is closed and the year's adjusting period is not: red, and red and blue, are proposed for that.</param>
/// <param name="NoRed">Why it cannot be reversed, nor corrected by red and blue; null if it can.</param>
/// <param name="NoBlueAlone">Why one blue voucher cannot put it right; null if it can.</param>
public sealed record CorrectionWays(
    VoucherView Original, string Standard, LocalDate RedDay, LocalDate BlueDay, bool IsAdjusting, Refusal? NoRed, Refusal? NoBlueAlone);

/// <summary>What an accountant may do about an error in a posted voucher.</summary>
public sealed record WaysToCorrect(long Voucher) : Query<CorrectionWays>
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task<CorrectionWays> Answer(Work work, CancellationToken ct)
    {
        work.Rights.Require(await PostedVoucher.NeedOf(work, Voucher, [], ct), isOperator: false);
        PostedVoucher original = await PostedVoucher.Find(work, Voucher, ct);
        LocalDate today = await Open(work, LocalDate.Max(work.Today, original.Voucher.OccurredOn), ct);
        bool isAdjusting = today.Year > original.Year && await IsAdjustable(work, original.Year, ct);
        LocalDate red = isAdjusting ? new LocalDate(original.Year, 12, 31) : await Within(work, original.Year, today, ct);
        return new CorrectionWays(
            await new VoucherPage(Voucher).Answer(work, ct), (await work.ChartOn(today, ct)).Standard, red, today, isAdjusting,
            original.WhyNotRed(red.Year), original.WhyNotBlueAlone(today.Year));
    }

    /// <summary>The day or, where its month is closed, the first open one; the day itself where none is open, to be told so when it
    /// is sent.</summary>
    private static async Task<LocalDate> Open(Work work, LocalDate day, CancellationToken ct)
    {
        try
        {
            return await work.FirstOpenDay(day, ct);
        }
        catch (RefusedException no) when (no.Refusal.Code == Work.NoOpenMonth)
        {
            return day;
        }
    }

    private static async Task<bool> IsAdjustable(Work work, int year, CancellationToken ct) =>
        await work.Db.Set<AccountingPeriod>().CountAsync(period => period.BookId == work.Book
            && ((period.Number == (year * 100) + 12 && period.ClosedAt != null)
                || (period.Number == (year * 100) + 13 && period.ClosedAt == null)), ct) == 2;

    /// <summary>Today; after the turn of the year the last day of the voucher's own year, while its books are open.</summary>
    private static async Task<LocalDate> Within(Work work, int year, LocalDate today, CancellationToken ct) =>
        today.Year > year && await work.Db.Set<AccountingPeriod>().AnyAsync(
            period => period.BookId == work.Book && period.Number == (year * 100) + 12 && period.ClosedAt == null, ct)
            ? new LocalDate(year, 12, 31)
            : today;
}
