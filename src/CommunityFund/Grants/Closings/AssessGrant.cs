using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>评估意见 of the panel on what was handed in.</summary>
public sealed record AssessGrant(Guid Key, long Grant, int ReportNo, ClosingGrade Grade, string Words) : Command<Done>(Key)
{
    /// <summary>The words are missing or too long.</summary>
    public const string WordsMissing = "closing.assessment-words";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Panel));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await ClosingCase.OfOffice(work, Grant, ct);
        string words = PlainText.Of(Words);
        if (words.Length is 0 or > 1000 || !Enum.IsDefined(Grade))
        {
            throw new RefusedException(WordsMissing, ("limit", 1000));
        }

        GrantReport? report = await GrantReport.Newest(work, Grant, ct);
        if (report is not { State: ReportState.HandedIn or ReportState.Accepted } || report.ReportNo != ReportNo)
        {
            throw new RefusedException(AcceptClosingReport.NotHandedIn, ("title", grant.Title), ("state", report?.State ?? ReportState.Draft));
        }

        work.Db.Add(new GrantAssessment
        {
            BookId = work.Book,
            GrantId = Grant,
            AssessmentNo = (short)(1 + await work.Db.Set<GrantAssessment>().CountAsync(row => row.BookId == work.Book && row.GrantId == Grant, ct)),
            ReportNo = report.ReportNo,
            Grade = Grade,
            Words = words,
            AssessedBy = work.ActorId,
            AssessedAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
