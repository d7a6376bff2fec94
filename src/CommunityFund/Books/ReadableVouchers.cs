using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>Who reads vouchers, and which: those who read a voucher read its documents, and nobody else does.</summary>
internal static class ReadableVouchers
{
    public static readonly Role[] Readers =
        [Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.FinanceOffice, Role.Panel, Role.Admin];

    /// <summary>A voucher is seen whole or not at all: one of the roles must reach every fund it touches.</summary>
    public static IQueryable<Voucher> Of(Work work, params IReadOnlyList<Role> roles)
    {
        int[] funds = [.. work.Rights.FundsOf(roles)];
        bool all = work.Rights.ReachesAll(roles);
        return work.Db.Vouchers.AsNoTracking().Where(voucher => voucher.BookId == work.Book
            && (all || !work.Db.VoucherLines.Any(line => line.BookId == voucher.BookId && line.VoucherId == voucher.VoucherId
                                                         && !funds.Contains(line.FundId))));
    }
}
