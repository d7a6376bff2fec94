using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.CashBox;

/// <summary>监盘: another person was there and signs for what was counted.</summary>
public sealed record WatchCashCount(Guid Key, long Count) : Command<Done>(Key)
{
    /// <summary>Who counted does not watch.</summary>
    public const string OwnCount = "cash-count.own";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant, Role.VoucherReviewer, Role.Panel).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        CashCount count = await CashCount.Lock(work, Count, ct);
        if (count.WatchedBy is not null)
        {
            throw new RefusedException(CashCount.Gone);
        }

        (count.WatchedBy, count.WatchedAt) = count.CountedBy != work.ActorId
            ? (work.ActorId, work.Now) : throw new RefusedException(OwnCount);
        return Done.It;
    }
}
