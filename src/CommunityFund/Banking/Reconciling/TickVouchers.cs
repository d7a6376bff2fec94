using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking.Reconciling;

/// <summary>Vouchers were seen on a statement that lies here on paper; no line of a file stands for them.</summary>
/// <param name="SeenOn">The day the statement reaches to.</param>
public sealed record TickVouchers(Guid Key, int Account, IReadOnlyList<long> Vouchers, LocalDate SeenOn) : Command<int>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        work.Db.AddRange(Vouchers.Distinct().Order().Select(voucher => new BankTick
        {
            BookId = work.Book,
            BankAccountId = Account,
            VoucherId = voucher,
            SeenOn = SeenOn,
            TickedBy = work.ActorId,
            TickedAt = work.Now,
        }));
        await work.Db.SaveChangesAsync(ct);
        return Vouchers.Count;
    }
}
