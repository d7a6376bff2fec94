using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>Who reads about decisions, notices and awards: those who take part for the body, and the people of a case about their own.</summary>
public static class AwardReaders
{
    public static IReadOnlyList<Role> All { get; } =
    [
        Role.Steer, Role.Desk, Role.ApproverL1, Role.ApproverL2, Role.Panel, Role.Chair, Role.Accountant, Role.VoucherReviewer, Role.Cashier,
        Role.FinanceOffice, Role.Admin,
    ];

    /// <summary>The case, if the reader reads all or is one of its people.</summary>
    internal static async Task<GrantCase> Read(Work work, long grant, CancellationToken ct)
    {
        GrantCase? row = await work.Db.Set<GrantCase>().AsNoTracking().SingleOrDefaultAsync(each => each.BookId == work.Book
            && each.GrantId == grant, ct);
        return row is not null && (work.Rights.IsOperator || work.Rights.Holds(All) || (await row.People(work, ct)).Contains(work.ActorId))
            ? row : throw new RefusedException(GrantCase.Unknown, ("grant", grant));
    }
}
