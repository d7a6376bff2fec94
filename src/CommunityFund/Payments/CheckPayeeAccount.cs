using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>Another person has compared a payee's account with the contract, the invoice or the card, and found it right.</summary>
public sealed record CheckPayeeAccount(Guid Key, long Account) : Command<Done>(Key)
{
    /// <summary>There is no such account, it has ended, or it was checked before.</summary>
    public const string NotToCheck = "payee.not-to-check";

    /// <summary>Nobody checks what one entered, or one's own account.</summary>
    public const string OwnAccount = "payee.own-account";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Paying.Checking).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        PayeeAccount account = await work.Db.Set<PayeeAccount>().SingleOrDefaultAsync(row =>
            row.BookId == work.Book && row.PayeeAccountId == Account && row.EndedAt == null && row.CheckedAt == null, ct)
            ?? throw new RefusedException(NotToCheck);
        if (account.AddedBy == work.Actor || account.PayeeId == work.Actor)
        {
            throw new RefusedException(OwnAccount);
        }

        (account.CheckedBy, account.CheckedAt) = (work.ActorId, work.Now);
        return Done.It;
    }
}
