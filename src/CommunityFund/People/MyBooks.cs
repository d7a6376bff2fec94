using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>A book in which somebody holds a role today.</summary>
public sealed record MyBook(int BookId, string Name, bool IsThis);

/// <summary>The books that the person at hand may open; one's roles in each are asked anew at every request.</summary>
public sealed record MyBooks : Query<IReadOnlyList<MyBook>>
{
    internal override Need Needs => Need.Person;

    internal override async Task<IReadOnlyList<MyBook>> Answer(Work work, CancellationToken ct) =>
        await (from book in work.Db.Books
               where work.Db.Set<RoleGrant>().Any(grant => grant.BookId == book.BookId && grant.PersonId == work.Actor
                   && grant.ValidFrom <= work.Today && (grant.ValidUntil == null || grant.ValidUntil >= work.Today))
               orderby book.BookId
               select new MyBook(book.BookId, book.Name, book.BookId == work.Book)).ToListAsync(ct);
}
