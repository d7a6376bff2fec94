using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Applications;

/// <summary>A paper of an application, for whoever reads the application.</summary>
public sealed record ReadApplicationPaper(long Grant, long Paper) : Query<FiledPaper>
{
    internal override Need Needs => Need.Any(ReadableCase.Readers);

    internal override async Task<FiledPaper> Answer(Work work, CancellationToken ct)
    {
        await ReadableCase.Of(work, Grant, ct);
        return await (from paper in work.Db.Set<GrantPaper>().AsNoTracking()
                      join filed in work.Db.Set<FiledDocument>().AsNoTracking() on new { paper.BookId, paper.FiledDocumentId }
                          equals new { filed.BookId, filed.FiledDocumentId }
                      where paper.BookId == work.Book && paper.GrantId == Grant && paper.GrantPaperId == Paper
                      select new FiledPaper(filed.Name, filed.Format, EF.Property<byte[]>(filed, "Content"))).SingleOrDefaultAsync(ct)
            ?? throw new RefusedException(FiledDocument.Unknown, ("document", Paper));
    }
}
