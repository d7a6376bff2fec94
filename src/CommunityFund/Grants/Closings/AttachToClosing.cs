using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>Papers that go with the report; photos only with the consent of those whom they show.</summary>
public sealed record AttachToClosing(Guid Key, long Grant, ClosingPaperKind Kind, bool Consent, IReadOnlyList<Enclosure> Papers)
    : Command<Done>(Key)
{
    /// <summary>A grant's closing has at most so many papers.</summary>
    public const int Most = 40;

    /// <summary>There would be more.</summary>
    public const string TooMany = "closing.too-many-papers";

    /// <summary>Whom a photo shows did not agree.</summary>
    public const string ConsentMissing = "closing.consent-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ClosingCase.Writers));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await ClosingCase.OfLead(work, Grant, ct);
        if (Papers is not { Count: > 0 })
        {
            throw new RefusedException(FiledDocument.Missing);
        }

        if (Kind == ClosingPaperKind.Photo && !Consent)
        {
            throw new RefusedException(ConsentMissing);
        }

        if (Papers.Count + await work.Db.Set<GrantClosingPaper>().CountAsync(row => row.BookId == work.Book && row.GrantId == Grant
            && row.RemovedAt == null, ct) > Most)
        {
            throw new RefusedException(TooMany, ("limit", Most));
        }

        foreach (Enclosure paper in Papers)
        {
            work.Db.Add(new GrantClosingPaper
            {
                BookId = work.Book,
                GrantId = Grant,
                Kind = Kind,
                FiledDocumentId = await FiledDocument.Keep(work, [paper], ct),
                Consent = Consent,
                AddedBy = work.ActorId,
                AddedAt = work.Now,
            });
        }

        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>A paper that does not belong there is taken off the list; it stays in the files.</summary>
public sealed record RemoveClosingPaper(Guid Key, long Grant, long Paper) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ClosingCase.Writers));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await ClosingCase.OfLead(work, Grant, ct);
        if (await GrantReport.Newest(work, Grant, ct) is { State: ReportState.HandedIn or ReportState.Accepted } report)
        {
            throw new RefusedException(SaveClosingReport.HandedInAlready, ("title", grant.Title), ("state", report.State));
        }

        GrantClosingPaper paper = await work.Db.Set<GrantClosingPaper>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.GrantId == Grant && row.ClosingPaperId == Paper && row.RemovedAt == null, ct)
            ?? throw new RefusedException(FiledDocument.Unknown, ("document", Paper));
        (paper.RemovedBy, paper.RemovedAt) = (work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
