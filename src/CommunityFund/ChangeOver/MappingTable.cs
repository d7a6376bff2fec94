using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.ChangeOver;

/// <summary>The table by which the book goes over next or, if it has, by which it went; null for a book that neither does.</summary>
public sealed record MappingTable : Query<StandardMapping?>
{
    internal override Need Needs => Need.Any(ChangeOverDesk.Readers);

    internal override async Task<StandardMapping?> Answer(Work work, CancellationToken ct)
    {
        List<string> standards = await work.Db.Set<BookStandard>().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.ValidFrom).Select(row => row.Standard).ToListAsync(ct);
        return standards.Select(Standards.After).FirstOrDefault(mapping => mapping is not null);
    }
}
