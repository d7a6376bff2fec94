using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Periods;

/// <summary>
/// 结账: nothing is booked in the month any more, ever. The database proves that it is over, that earlier months are closed and that
/// no voucher waits in it; who closes answers for it by name.
/// </summary>
/// <param name="Period">YYYYMM, or YYYY13 for the adjusting period.</param>
public sealed record ClosePeriod(Guid Key, int Period) : Command<Done>(Key)
{
    internal static readonly Role[] Closers = [Role.Accountant, Role.VoucherReviewer];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Closers).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select close_period({work.Book}, {Period}, {work.ActorId}, {work.Now.ToDateTimeUtc()})", ct);
        return Done.It;
    }
}
