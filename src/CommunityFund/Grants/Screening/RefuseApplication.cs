using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Screening;

/// <summary>The application does not meet the guide: two of the desk say so, with the reason and the clause. The second may leave both empty
/// and then signs what the first wrote.</summary>
public sealed record RefuseApplication(Guid Key, long Grant, int StateVersion, [property: Personal] string Reason, string Clause)
    : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.RefuseIneligible, ct);

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        GrantSignature? first = await work.Db.Set<GrantSignature>().AsNoTracking().FirstOrDefaultAsync(given => given.BookId == work.Book
            && given.GrantId == Grant && given.StateVersion == StateVersion && given.Move == GrantMove.RefuseIneligible, ct);
        return await GrantMoves.Make(work, Grant, StateVersion, GrantMove.RefuseIneligible,
            string.IsNullOrWhiteSpace(Reason) ? first?.Reason : Reason, string.IsNullOrWhiteSpace(Clause) ? first?.Clause ?? "" : Clause, ct);
    }
}
