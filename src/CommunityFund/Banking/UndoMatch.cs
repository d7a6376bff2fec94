using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>A line and a voucher were taken for the same by mistake. The voucher stays; what was matched is free on both
/// sides.</summary>
public sealed record UndoMatch(Guid Key, long Line, long Voucher) : Command<Done>(Key)
{
    /// <summary>The two are not matched, or not any more.</summary>
    public const string NotMatched = "match.none";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        BankMatch match = await work.Db.Set<BankMatch>().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.BankLineId == Line && row.VoucherId == Voucher && row.UndoneAt == null, ct)
            ?? throw new RefusedException(NotMatched);
        (match.UndoneBy, match.UndoneAt) = (work.ActorId, work.Now);
        return Done.It;
    }
}
