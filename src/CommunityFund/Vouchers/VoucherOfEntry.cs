using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Vouchers;

/// <summary>From a place in the journal to the voucher that stands there; whether it may be read, its own page decides.</summary>
public sealed record VoucherOfEntry(long EntryNo) : Query<long>
{
    internal override Need Needs => Need.Any(VoucherPage.Readers);

    internal override async Task<long> Answer(Work work, CancellationToken ct) =>
        await work.Db.Entries.Where(entry => entry.BookId == work.Book && entry.EntryNo == EntryNo)
            .Select(entry => (long?)entry.VoucherId).SingleOrDefaultAsync(ct)
        ?? throw new RefusedException(WaitingVoucher.Unknown, ("voucher", EntryNo));
}
