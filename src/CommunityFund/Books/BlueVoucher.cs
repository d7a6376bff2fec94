using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>The blue voucher of a correction, as the rows know it that hang on the one it puts right.</summary>
internal static class BlueVoucher
{
    /// <summary>The blue voucher that waits to take a posted one's place; null if the posted one is merely reversed, or dropped.</summary>
    public static Task<long?> Of(Work work, long voucher, CancellationToken ct) => (
        from was in work.Db.Vouchers
        from blue in work.Db.Vouchers
        where was.BookId == work.Book && was.VoucherId == voucher && was.EntryNo != null && blue.BookId == work.Book
            && blue.CorrectsEntryNo == was.EntryNo && blue.Kind == VoucherKind.Correction && blue.BundleId != null
            && blue.State == VoucherState.Prepared
        select (long?)blue.VoucherId).SingleOrDefaultAsync(ct);

    /// <summary>The voucher, if it still waits; one that was dropped takes nobody's place.</summary>
    public static async Task<long?> IfItWaits(Work work, long? blue, CancellationToken ct) =>
        blue is { } id && await work.Db.Vouchers.AnyAsync(
            row => row.BookId == work.Book && row.VoucherId == id && row.State == VoucherState.Prepared, ct) ? id : null;

    /// <summary>Whether a blue voucher moves as much through an account as the one it is to take the place of.</summary>
    public static async Task<bool> MovesAsMuch(Work work, Draft blue, long original, int account, CancellationToken ct)
    {
        long was = await work.Db.VoucherLines
            .Where(line => line.BookId == work.Book && line.VoucherId == original && line.AccountId == account)
            .SumAsync(line => line.Side == Ledger.Side.Debit ? line.Units : -line.Units, ct);
        Chart chart = await work.ChartOn(blue.Entry.OccurredOn, ct);
        return was == blue.Entry.Lines.Where(line => chart.Find(line.Account.Key)!.AccountId == account).Sum(line => line.Signed.Units);
    }
}
