using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Applications;

/// <summary>Papers are enclosed with an application that is being written.</summary>
public sealed record AttachToApplication(Guid Key, long Grant, IReadOnlyList<Enclosure> Papers) : Command<Done>(Key)
{
    /// <summary>An application has at most so many papers.</summary>
    public const int Most = 30;

    /// <summary>There would be more papers than an application may have.</summary>
    public const string TooMany = "application.too-many-papers";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(WrittenCase.Writers));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await WrittenCase.Lock(work, Grant, SectionKind.Papers, ct);
        await Add(work, Grant, Papers, isOriginal: false, ct);
        return Done.It;
    }

    internal static async Task Add(Work work, long grant, IReadOnlyList<Enclosure>? papers, bool isOriginal, CancellationToken ct)
    {
        if (papers is null or [])
        {
            throw new RefusedException(FiledDocument.Missing);
        }

        if (papers.Count + await work.Db.Set<GrantPaper>().CountAsync(
            row => row.BookId == work.Book && row.GrantId == grant && row.RemovedBy == null, ct) > Most)
        {
            throw new RefusedException(TooMany, ("limit", Most));
        }

        foreach (Enclosure paper in papers)
        {
            work.Db.Add(new GrantPaper
            {
                BookId = work.Book,
                GrantId = grant,
                FiledDocumentId = await FiledDocument.Keep(work, [paper], ct),
                IsOriginal = isOriginal,
                AddedBy = work.ActorId,
                AddedAt = work.Now,
            });
        }

        await work.Db.SaveChangesAsync(ct);
    }
}
