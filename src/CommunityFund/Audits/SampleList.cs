using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>A sample in the list.</summary>
/// <param name="OpenRemarks">Remarks raised in its course that are not closed.</param>
public sealed record SampleRow(
    long Id, SampleClass Class, LocalDate From, LocalDate To, int Size, string Seed, string Reason, int Items, string DrawnBy, Instant DrawnAt,
    int Remarks, int OpenRemarks);

/// <summary>The samples, newest first, and whether the reader draws.</summary>
public sealed record SampleListView(IReadOnlyList<SampleRow> Samples, bool MayDraw);

/// <summary>Samples drawn from what the reader's roles reach.</summary>
public sealed record SampleList : Query<SampleListView>
{
    /// <summary>As many as a list shows.</summary>
    public const int Shown = 200;

    internal override Need Needs => Need.Any(AuditRoles.Reading);

    internal override async Task<SampleListView> Answer(Work work, CancellationToken ct)
    {
        List<AuditSample> all = await work.Db.Set<AuditSample>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.AuditSampleId).ToListAsync(ct);
        AuditSample[] samples = [.. all.Where(row => row.IsWithin(work)).Take(Shown)];
        long[] ids = [.. samples.Select(row => row.AuditSampleId)];
        var remarks = await (from remark in work.Db.Set<AuditRemark>().AsNoTracking()
                             where remark.BookId == work.Book && remark.AuditSampleId != null && ids.Contains(remark.AuditSampleId.Value)
                             select new
                             {
                                 Sample = remark.AuditSampleId!.Value,
                                 IsClosed = work.Db.Set<AuditRemarkStep>().Any(step => step.BookId == remark.BookId
                                     && step.AuditRemarkId == remark.AuditRemarkId && step.Move == RemarkMove.Closed),
                             }).ToListAsync(ct);
        var names = await PersonName.Of(work, samples.Select(row => (long?)row.DrawnBy), ct);
        return new SampleListView(
            [
                .. samples.Select(row => new SampleRow(
                    row.AuditSampleId, row.Class, row.FromDay, row.ToDay, row.Size, row.Seed, row.Reason, row.Items, names[row.DrawnBy], row.DrawnAt,
                    remarks.Count(remark => remark.Sample == row.AuditSampleId),
                    remarks.Count(remark => remark.Sample == row.AuditSampleId && !remark.IsClosed))),
            ], work.Rights.Holds(AuditRoles.Overseeing));
    }
}
