using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Exports;

/// <summary>The number of the book with a code, for the operator; null if there is none.</summary>
public sealed record BookOfCode(string Code) : Query<int?>
{
    internal override Need Needs => Need.Operator;

    internal override async Task<int?> Answer(Work work, CancellationToken ct) =>
        await work.Db.Books.Where(book => book.Code == Code).Select(book => (int?)book.BookId).SingleOrDefaultAsync(ct);
}
