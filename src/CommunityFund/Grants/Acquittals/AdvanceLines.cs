using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>What vouchers say of advances.</summary>
internal static class AdvanceLines
{
    /// <summary>What a voucher takes off the advances of each fund.</summary>
    public static async Task<IReadOnlyList<FundUnits>> Of(Work work, long voucher, CancellationToken ct) =>
        await Credited(work, voucher, AcquittalEntry.AdvanceAccount, ct);

    /// <summary>What a voucher credits to an account, fund by fund.</summary>
    public static async Task<IReadOnlyList<FundUnits>> Credited(Work work, long voucher, string account, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<FundUnits>(
            $"""
            select l.fund_id as "Fund", sum(signed(l.side, -l.units))::bigint as "Units"
              from voucher_line l join account a using (book_id, account_id)
             where l.book_id = {work.Book} and l.voucher_id = {voucher} and a.key = {account} group by l.fund_id order by l.fund_id
            """).ToListAsync(ct);

    public static Task<LocalDate> DayOf(Work work, long voucher, CancellationToken ct) =>
        work.Db.Vouchers.Where(row => row.BookId == work.Book && row.VoucherId == voucher).Select(row => row.OccurredOn).SingleAsync(ct);

    /// <summary>The voucher that is being posted to reverse another.</summary>
    public static Task<long> ReversalOf(Work work, long voucher, CancellationToken ct) => (
        from was in work.Db.Vouchers
        from red in work.Db.Vouchers
        where was.BookId == work.Book && was.VoucherId == voucher && red.BookId == work.Book && red.CorrectsEntryNo == was.EntryNo
            && red.Kind == VoucherKind.Reversal && red.State == VoucherState.Prepared
        select red.VoucherId).SingleAsync(ct);
}
