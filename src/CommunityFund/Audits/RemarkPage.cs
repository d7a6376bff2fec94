using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>A paper of an answer.</summary>
public sealed record RemarkPaperName(long Document, string Name);

/// <summary>A step as it is shown.</summary>
/// <param name="NewDue">The day, where this step set it.</param>
public sealed record RemarkStepView(
    short No, RemarkMove Move, string Words, LocalDate? NewDue, string By, Instant At, IReadOnlyList<RemarkPaperName> Papers);

/// <summary>A remark with its steps and what the reader may do.</summary>
public sealed record RemarkView(RemarkRow Row, IReadOnlyList<RemarkStepView> Steps, bool MayAnswer, bool MaySendBack, bool MayClose)
{
    public short Step => Steps[^1].No;
}

/// <summary>One remark, for those who see its voucher.</summary>
public sealed record RemarkPage(long Remark) : Query<RemarkView>
{
    internal override Need Needs => Need.Any(AuditRoles.Reading);

    internal override async Task<RemarkView> Answer(Work work, CancellationToken ct)
    {
        (AuditRemark remark, IReadOnlyList<AuditRemarkStep> steps) = await AuditRemark.Of(work, Remark, ct);
        RemarkRow row = (await RemarkRow.Of(
            work, work.Db.Set<AuditRemark>().Where(each => each.BookId == work.Book && each.AuditRemarkId == Remark), ct)).Single();
        var papers = (await (from paper in work.Db.Set<AuditRemarkPaper>().AsNoTracking()
                             join document in work.Db.Set<FiledDocument>() on new { paper.BookId, paper.FiledDocumentId }
                                 equals new { document.BookId, document.FiledDocumentId }
                             where paper.BookId == work.Book && paper.AuditRemarkId == Remark
                             orderby paper.FiledDocumentId
                             select new { paper.StepNo, document.FiledDocumentId, document.Name }).ToListAsync(ct))
            .ToLookup(paper => paper.StepNo, paper => new RemarkPaperName(paper.FiledDocumentId, paper.Name));
        var names = await PersonName.Of(work, steps.Select(step => (long?)step.DoneBy), ct);
        IReadOnlyList<int> funds = await AuditRemark.FundsOf(work, remark.AuditRemarkId, ct);
        return new RemarkView(
            row,
            [
                .. steps.Select((step, at) => new RemarkStepView(
                    step.StepNo, step.Move, step.Words, at == 0 || steps[at - 1].DueOn != step.DueOn ? step.DueOn : null,
                    names[step.DoneBy], step.DoneAt, [.. papers[step.StepNo]])),
            ],
            May(RemarkMove.Answered, AuditRoles.Answering), May(RemarkMove.SentBack, AuditRoles.Overseeing),
            May(RemarkMove.Closed, AuditRoles.Overseeing));

        bool May(RemarkMove move, IReadOnlyList<Role> roles) => RemarkTurns.IsOpen(row.State, move)
            && RemarkTurns.IsOtherPerson(steps, move, work.Actor) && funds.All(fund => work.Rights.Reaches(roles, fund));
    }
}

/// <summary>A paper of an answer, for those who see the voucher.</summary>
public sealed record RemarkPaper(long Remark, long Document) : Query<FiledPaper>
{
    internal override Need Needs => Need.Any(AuditRoles.Reading);

    internal override async Task<FiledPaper> Answer(Work work, CancellationToken ct)
    {
        await AuditRemark.Of(work, Remark, ct);
        return await (from paper in work.Db.Set<AuditRemarkPaper>().AsNoTracking()
                      join document in work.Db.Set<FiledDocument>() on new { paper.BookId, paper.FiledDocumentId }
                          equals new { document.BookId, document.FiledDocumentId }
                      where paper.BookId == work.Book && paper.AuditRemarkId == Remark && paper.FiledDocumentId == Document
                      select new FiledPaper(document.Name, document.Format, EF.Property<byte[]>(document, "Content"))).FirstOrDefaultAsync(ct)
            ?? throw new RefusedException(FiledDocument.Unknown, ("document", Document));
    }
}
