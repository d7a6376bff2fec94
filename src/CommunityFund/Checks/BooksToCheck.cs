using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Checks;

/// <summary>A book of this installation.</summary>
public sealed record BookToCheck(int BookId, string Code, string Name);

/// <summary>Every book of the installation, for the operator.</summary>
public sealed record BooksToCheck : Query<IReadOnlyList<BookToCheck>>
{
    internal override Need Needs => Need.Operator;

    internal override async Task<IReadOnlyList<BookToCheck>> Answer(Work work, CancellationToken ct) =>
        await work.Db.Books.OrderBy(book => book.Code).Select(book => new BookToCheck(book.BookId, book.Code, book.Name))
            .ToListAsync(ct);
}
