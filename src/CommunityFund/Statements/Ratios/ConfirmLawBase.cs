using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>A second person has compared what was entered of an earlier year with its report; from now on it counts.</summary>
public sealed record ConfirmLawBase(Guid Key, long Base) : Command<Done>(Key)
{
    /// <summary>It is not there, is confirmed already, or was entered anew since.</summary>
    public const string Gone = "law.base-gone";

    /// <summary>Who entered it is not the second person.</summary>
    public const string OwnEntry = "law.own-base";

    internal static readonly Role[] Confirming = [Role.Accountant, Role.VoucherReviewer];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Confirming).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        IQueryable<LawBase> all = work.Db.Set<LawBase>().Where(row => row.BookId == work.Book);
        LawBase entered = await all.SingleOrDefaultAsync(row => row.LawBaseId == Base && row.ConfirmedAt == null, ct)
            ?? throw new RefusedException(Gone);
        if (await all.AnyAsync(row => row.Year == entered.Year && row.LawBaseId > entered.LawBaseId, ct))
        {
            throw new RefusedException(Gone);
        }

        if (entered.EnteredBy == work.ActorId)
        {
            throw new RefusedException(OwnEntry, ("year", entered.Year));
        }

        (entered.ConfirmedBy, entered.ConfirmedAt) = (work.ActorId, work.Now);
        return Done.It;
    }
}
