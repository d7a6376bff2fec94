using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Audits;

/// <summary>An accountant answers, with papers if there are any.</summary>
/// <param name="Step">The last step that the page showed.</param>
public sealed record AnswerRemark(Guid Key, long Remark, short Step, string Words, IReadOnlyList<Enclosure>? Papers = null) : Command<Done>(Key)
{
    /// <summary>More papers than come with one answer.</summary>
    public const string TooManyPapers = "audit.too-many-papers";

    /// <summary>The most papers of one answer.</summary>
    public const int MostPapers = 20;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => RemarkTurns.NeedOf(work, Remark, AuditRoles.Answering, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        if (Papers is { Count: > MostPapers })
        {
            throw new RefusedException(TooManyPapers, ("limit", MostPapers));
        }

        AuditRemarkStep step = await RemarkTurns.Take(work, Remark, Step, RemarkMove.Answered, Words, null, ct);
        foreach (Enclosure paper in Papers ?? [])
        {
            work.Db.Add(new AuditRemarkPaper
            {
                BookId = work.Book,
                AuditRemarkId = Remark,
                StepNo = step.StepNo,
                FiledDocumentId = await FiledDocument.Keep(work, [paper], ct),
            });
        }

        return Done.It;
    }
}
