using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Closings;

/// <summary>The desk accepts what was handed in.</summary>
public sealed record AcceptClosingReport(Guid Key, long Grant, int ReportNo) : Command<Done>(Key)
{
    /// <summary>Nothing is handed in and waits, or another one than was read.</summary>
    public const string NotHandedIn = "closing.report-not-in";

    /// <summary>Who handed it in does not decide about it.</summary>
    public const string OwnReport = "closing.own-report";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantReport report = await Waiting(work, Grant, ReportNo, ct);
        (report.State, report.DecidedBy, report.DecidedAt) = (ReportState.Accepted, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    internal static async Task<GrantReport> Waiting(Work work, long grant, int no, CancellationToken ct)
    {
        GrantCase row = await ClosingCase.OfOffice(work, grant, ct);
        GrantReport? report = await GrantReport.Newest(work, grant, ct);
        if (report is not { State: ReportState.HandedIn } || report.ReportNo != no)
        {
            throw new RefusedException(NotHandedIn, ("title", row.Title), ("state", report?.State ?? ReportState.Draft));
        }

        return report.HandedInBy != work.ActorId ? report : throw new RefusedException(OwnReport, ("title", row.Title));
    }
}

/// <summary>The desk sends it back with a reason for each field; the lead writes on from there.</summary>
public sealed record ReturnClosingReport(Guid Key, long Grant, int ReportNo, IReadOnlyList<ReportRemark> Remarks) : Command<Done>(Key)
{
    /// <summary>No field has a reason, or a reason is too long.</summary>
    public const string RemarksMissing = "closing.remarks-missing";

    private const int Longest = 300;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantReport report = await AcceptClosingReport.Waiting(work, Grant, ReportNo, ct);
        ReportRemark[] remarks = [.. Remarks.Select(row => row with { Words = PlainText.Of(row.Words) }).Where(row => row.Words.Length > 0)
            .DistinctBy(row => row.Field)];
        if (remarks.Length == 0 || Array.Exists(remarks, row => row.Words.Length > Longest || !Enum.IsDefined(row.Field)))
        {
            throw new RefusedException(RemarksMissing, ("limit", Longest));
        }

        (report.State, report.DecidedBy, report.DecidedAt, report.Remarks) = (ReportState.Returned, work.ActorId, work.Now,
            GrantReport.Write(remarks));
        GrantCase grant = await GrantCase.Lock(work, Grant, ct);
        if (grant.State == GrantState.Closing)
        {
            grant.DueOn = WorkingDays.After(work.Today, 10);
        }

        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
