using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Hours;

/// <summary>
/// A signed sheet, an old list or a slip of hours that were given: for those who read the time bank it belongs to, since whoever
/// confirms hours from paper compares them with the paper.
/// </summary>
public sealed record ReadTimeBankPaper(long Document) : Query<FiledPaper>
{
    internal override Need Needs => Need.Any(Programme.Readers);

    internal override async Task<FiledPaper> Answer(Work work, CancellationToken ct)
    {
        IQueryable<int> sheets =
            from sheet in work.Db.Set<Attendance>()
            join activity in work.Db.Set<Activity>() on new { sheet.BookId, sheet.ActivityId } equals new { activity.BookId, activity.ActivityId }
            where sheet.BookId == work.Book && sheet.FiledDocumentId == Document
            select activity.FundId;
        IQueryable<int> records = work.Db.Set<ServiceRecord>()
            .Where(row => row.BookId == work.Book && row.FiledDocumentId == Document).Select(row => row.FundId);
        IQueryable<int> slips = work.Db.Set<HourGift>()
            .Where(row => row.BookId == work.Book && row.FiledDocumentId == Document).Select(row => row.FundId);
        int[] programmes = await sheets.Concat(records).Concat(slips).Distinct().ToArrayAsync(ct);
        return programmes.Any(fund => work.Rights.Reaches(Programme.Readers, fund))
            ? await FiledDocument.Read(work, Document, ct)
            : throw new RefusedException(FiledDocument.Unknown, ("document", Document));
    }
}
