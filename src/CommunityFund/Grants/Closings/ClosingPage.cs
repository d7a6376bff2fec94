using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Closings;

/// <summary>An indicator with what was agreed and what was reached.</summary>
public sealed record IndicatorRow(short No, string Indicator, string Baseline, string Target, string Reached, string Note);

/// <summary>A 执行报告表 as it is read.</summary>
/// <param name="Remarks">Why it came back, field by field; of the one before where this one is a draft.</param>
/// <param name="Missing">What has still to be written before it can be handed in.</param>
public sealed record ReportShown(
    short No, int Version, ReportState State, ReportText Text, IReadOnlyList<IndicatorRow> Indicators, IReadOnlyList<ReportRemark> Remarks,
    IReadOnlyList<ReportField> Missing, string SavedBy, Instant? SavedAt, string HandedInBy, Instant? HandedInAt, string DecidedBy,
    Instant? DecidedAt);

/// <summary>A paper of the closing.</summary>
public sealed record ClosingPaperRow(long Paper, ClosingPaperKind Kind, string Name, FileKind Format, bool Consent, string By, Instant At);

/// <summary>评估意见.</summary>
public sealed record AssessmentShown(ClosingGrade Grade, string Words, string By, Instant At, short ReportNo);

/// <summary>A finding as it is read.</summary>
public sealed record FindingRow(
    long Finding, string Words, bool Blocks, FindingState State, string RaisedBy, Instant RaisedAt, string Answer, string AnsweredBy,
    Instant? AnsweredAt, string Ending, string ClosedBy, Instant? ClosedAt);

/// <summary>结项证书.</summary>
public sealed record CertificateShown(
    short No, string Number, string Digest, LocalDate IssuedOn, string First, string Second, Instant? EndedAt);

/// <summary>What is on the list of a closing.</summary>
public enum ClosingTask
{
    /// <summary>执行报告表.</summary>
    Report,

    /// <summary>宣传照片.</summary>
    Photos,

    /// <summary>财务审计表.</summary>
    Audit,

    /// <summary>评估意见.</summary>
    Assessment,

    /// <summary>监审问题.</summary>
    Findings,
}

/// <summary>One of them.</summary>
/// <param name="WhyNot">What is still in its way.</param>
public sealed record ClosingTaskRow(ClosingTask Task, bool IsDone, Refusal? WhyNot);

/// <summary>The closing of a grant, for the project, the desk and the panel.</summary>
public sealed record ClosingView(
    GrantCase Grant, string Body, string Round, string Lead, string FinLead, LocalDate StartsOn, LocalDate EndsOn, LocalDate? ReopenedUntil,
    ReportShown Report, IReadOnlyList<ClosingPaperRow> Papers, AuditTable Audit, AssessmentShown? Assessment, IReadOnlyList<FindingRow> Findings,
    IReadOnlyList<CertificateShown> Certificates, IReadOnlyList<ClosingTaskRow> Tasks, IReadOnlyList<GrantOffer> Offers,
    IReadOnlyList<(GrantMove Move, GrantMover Mover, string Name, Instant At)> Signed, bool IsLead, bool IsDesk, bool IsPanel, LocalDate Today)
{
    public bool IsWriting => IsLead && Report.State == ReportState.Draft
        && Grant.State is GrantState.Active or GrantState.Suspended or GrantState.Closing;

    public CertificateShown? Certificate => Certificates.FirstOrDefault(row => row.EndedAt is null);
}

/// <summary>结项 of a grant (S-P13).</summary>
public sealed record ClosingPage(long Grant) : Query<ClosingView>
{
    /// <summary>It has never run, so there is nothing to close.</summary>
    public const string NeverRan = "closing.never-ran";

    internal override Need Needs => Need.Person;

    internal override async Task<ClosingView> Answer(Work work, CancellationToken ct)
    {
        GrantCase grant = await AwardReaders.Read(work, Grant, ct);
        GrantAgreement paper = await Amendments.AgreedBudget.Paper(work, Grant, ct)
            ?? throw new RefusedException(NeverRan, ("title", grant.Title), ("state", grant.State));
        if (grant.State < GrantState.Active || grant.State is GrantState.Declined or GrantState.Lapsed or GrantState.Withdrawn)
        {
            throw new RefusedException(NeverRan, ("title", grant.Title), ("state", grant.State));
        }

        List<GrantReport> reports = await work.Db.Set<GrantReport>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == Grant)
            .OrderByDescending(row => row.ReportNo).Take(2).ToListAsync(ct);
        List<GrantFinding> findings = await work.Db.Set<GrantFinding>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == Grant)
            .OrderBy(row => row.GrantFindingId).ToListAsync(ct);
        GrantAssessment? assessment = await GrantAssessment.Newest(work, Grant, ct);
        List<GrantCertificate> certificates = await work.Db.Set<GrantCertificate>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantId == Grant).OrderByDescending(row => row.CertificateNo).ToListAsync(ct);
        List<GrantSignature> signed = await work.Db.Set<GrantSignature>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == Grant
            && row.StateVersion == grant.StateVersion).OrderBy(row => row.At).ToListAsync(ct);
        var papers = await (
            from row in work.Db.Set<GrantClosingPaper>().AsNoTracking()
            join filed in work.Db.Set<FiledDocument>() on new { row.BookId, row.FiledDocumentId } equals new { filed.BookId, filed.FiledDocumentId }
            where row.BookId == work.Book && row.GrantId == Grant && row.RemovedAt == null
            orderby row.ClosingPaperId
            select new { row, filed.Name, filed.Format }).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [grant.LeadId, grant.FinLeadId, assessment?.AssessedBy,
            .. reports.SelectMany(row => new long?[] { row.SavedBy, row.HandedInBy, row.DecidedBy }),
            .. findings.SelectMany(row => new long?[] { row.RaisedBy, row.AnsweredBy, row.ClosedBy }),
            .. papers.Select(row => (long?)row.row.AddedBy),
            .. certificates.SelectMany(row => new long?[] { row.FirstBy, row.SecondBy }), .. signed.Select(row => row.PersonId)], ct);
        string NameOf(long? person) => person is { } id ? names.GetValueOrDefault(id, "") : "";
        List<GrantBaseline> baselines = await HandInClosingReport.Indicators(work, Grant, ct);
        GrantFacts facts = await GrantFacts.Of(work, grant, ct);
        Amendments.AgreedTerm term = (await Amendments.AgreedTerm.Now(work, Grant, ct))!;
        bool isPart = (await grant.People(work, ct)).Contains(work.Actor ?? 0);
        AuditTable audit = facts.Closing.Audit ?? await AuditTable.Of(work, grant, ct);
        ReportShown report = Shown(reports, baselines, papers.Count(row => row.row.Kind == ClosingPaperKind.Photo), NameOf);
        return new ClosingView(grant, await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
            await work.Db.Set<Rounds.GrantRound>().Where(row => row.BookId == work.Book && row.GrantRoundId == grant.GrantRoundId)
                .Select(row => row.Title).SingleAsync(ct),
            NameOf(grant.LeadId), NameOf(grant.FinLeadId), paper.StartsOn, term.EndsOn,
            await work.Db.Set<GrantReopening>().Where(row => row.BookId == work.Book && row.GrantId == Grant)
                .Select(row => (LocalDate?)row.Until).SingleOrDefaultAsync(ct),
            report,
            [.. papers.Select(row => new ClosingPaperRow(row.row.ClosingPaperId, row.row.Kind, row.Name, row.Format, row.row.Consent,
                NameOf(row.row.AddedBy), row.row.AddedAt))],
            audit,
            assessment is null ? null : new AssessmentShown(assessment.Grade, assessment.Words, NameOf(assessment.AssessedBy),
                assessment.AssessedAt, assessment.ReportNo),
            [.. findings.Select(row => new FindingRow(row.GrantFindingId, row.Words, row.Blocks, row.State, NameOf(row.RaisedBy), row.RaisedAt,
                row.Answer, NameOf(row.AnsweredBy), row.AnsweredAt, row.Ending, NameOf(row.ClosedBy), row.ClosedAt))],
            [.. certificates.Select(row => new CertificateShown(row.CertificateNo, row.Number, Convert.ToHexStringLower(row.Sha256), row.IssuedOn,
                NameOf(row.FirstBy), NameOf(row.SecondBy), row.EndedAt))],
            Tasks(facts, audit, report, assessment is not null, findings, papers.Count(row => row.row.Kind == ClosingPaperKind.Photo)),
            work.Actor is null ? [] : await GrantMoves.Open(work, grant, ct),
            [.. signed.Select(row => (row.Move, row.Mover, NameOf(row.PersonId), row.At))],
            ClosingCase.IsLead(work, grant), work.Rights.Holds(Role.Desk) && !isPart, work.Rights.Holds(Role.Panel) && !isPart, work.Today);
    }

    private static ReportShown Shown(List<GrantReport> reports, List<GrantBaseline> baselines, int photos, Func<long?, string> nameOf)
    {
        // After a return the lead writes on from what came back, with the reasons beside it.
        GrantReport? newest = reports.FirstOrDefault();
        bool isFresh = newest is null or { State: ReportState.Returned };
        ReportText text = newest?.Text ?? ReportText.Empty;
        IReadOnlyList<ReportRemark> remarks = newest?.State switch
        {
            ReportState.Returned => newest.Said,
            ReportState.Draft => reports.Count > 1 ? reports[1].Said : [],
            _ => [],
        };
        IndicatorRow[] indicators = [.. baselines.Select(row => text.Indicators.FirstOrDefault(each => each.No == row.No) is var reached
            ? new IndicatorRow(row.No, row.Indicator, row.Baseline, row.Target, reached?.Reached ?? "", reached?.Note ?? "") : null!)];
        return new ReportShown((short)((newest?.ReportNo ?? 0) + (isFresh ? 1 : 0)), isFresh ? 0 : newest!.Version,
            isFresh ? ReportState.Draft : newest!.State, text, indicators, remarks, text.Missing(baselines.Select(row => row.No), photos),
            nameOf(newest?.SavedBy), newest?.SavedAt, nameOf(isFresh ? null : newest!.HandedInBy), isFresh ? null : newest!.HandedInAt,
            nameOf(isFresh ? null : newest!.DecidedBy), isFresh ? null : newest!.DecidedAt);
    }

    private static IReadOnlyList<ClosingTaskRow> Tasks(GrantFacts facts, AuditTable audit, ReportShown report, bool isAssessed,
        List<GrantFinding> findings, int photos)
    {
        GrantFacts asked = facts with
        {
            Closing = facts.Closing with
            {
                Audit = audit,
                Report = report.State,
                Assessed = true,
                Findings = findings.Count(row => row.Blocks && row.State != FindingState.Closed),
            },
        };
        GrantFacts assessed = asked with { Closing = asked.Closing with { Report = ReportState.Accepted, Assessed = isAssessed } };
        Refusal? money = ClosingNeeds.AuditAddsUp(asked) ?? ClosingNeeds.NothingOutstanding(asked) ?? ClosingNeeds.NothingComesBack(asked);
        return
        [
            new(ClosingTask.Report, report.State == ReportState.Accepted, ClosingNeeds.ReportsAccepted(asked)),
            new(ClosingTask.Photos, photos > 0, null),
            new(ClosingTask.Audit, money is null, money),
            new(ClosingTask.Assessment, isAssessed, ClosingNeeds.ReportsAccepted(assessed)),
            new(ClosingTask.Findings, ClosingNeeds.NoFinding(asked) is null, ClosingNeeds.NoFinding(asked)),
        ];
    }
}

/// <summary>A grant in the list of closings.</summary>
public sealed record ClosingListRow(long Grant, string Number, string Title, string Community, GrantState State, LocalDate? DueOn, bool IsLate);

/// <summary>Grants that run, close or closed of late: all for the body, a project's own for its people; what is due first.</summary>
public sealed record ClosingList : Query<IReadOnlyList<ClosingListRow>>
{
    private const int Most = 200;

    internal override Need Needs => Need.Person;

    internal override async Task<IReadOnlyList<ClosingListRow>> Answer(Work work, CancellationToken ct)
    {
        bool isOffice = work.Rights.Holds([.. AwardReaders.All]);
        IQueryable<long> mine = MyApplications.Of(work);
        return [.. (await work.Db.Set<GrantCase>().AsNoTracking().Where(row => row.BookId == work.Book
            && (row.State == GrantState.Closing || row.State == GrantState.Closed || row.State == GrantState.Active)
            && (isOffice || mine.Contains(row.GrantId)))
            .OrderByDescending(row => row.State == GrantState.Closing).ThenByDescending(row => row.State == GrantState.Active)
            .ThenBy(row => row.DueOn).ThenByDescending(row => row.GrantId).Take(Most).ToListAsync(ct))
            .Select(row => new ClosingListRow(row.GrantId, row.Number, row.Title, row.Community, row.State, row.DueOn,
                row.State == GrantState.Closing && row.DueOn < work.Today))];
    }
}

/// <summary>A paper of a closing, for whoever reads the grant.</summary>
public sealed record ReadClosingPaper(long Grant, long Paper) : Query<FiledPaper>
{
    internal override Need Needs => Need.Person;

    internal override async Task<FiledPaper> Answer(Work work, CancellationToken ct)
    {
        await AwardReaders.Read(work, Grant, ct);
        return await (from row in work.Db.Set<GrantClosingPaper>().AsNoTracking()
                      join filed in work.Db.Set<FiledDocument>().AsNoTracking() on new { row.BookId, row.FiledDocumentId }
                          equals new { filed.BookId, filed.FiledDocumentId }
                      where row.BookId == work.Book && row.GrantId == Grant && row.ClosingPaperId == Paper
                      select new FiledPaper(filed.Name, filed.Format, EF.Property<byte[]>(filed, "Content"))).SingleOrDefaultAsync(ct)
            ?? throw new RefusedException(FiledDocument.Unknown, ("document", Paper));
    }
}
