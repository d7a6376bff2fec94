using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>The lead hands the 执行报告表 in; the body then has twenty working days.</summary>
/// <param name="Version">The version that was read.</param>
public sealed record HandInClosingReport(Guid Key, long Grant, int Version) : Command<Done>(Key)
{
    /// <summary>There is no draft to hand in.</summary>
    public const string NoDraft = "closing.no-draft";

    /// <summary>Fields are empty.</summary>
    public const string FieldsMissing = "closing.fields-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Lead, Role.Desk));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await ClosingCase.OfLead(work, Grant, ct);
        if (grant.LeadId != work.Actor && grant.FilledBy != work.Actor)
        {
            throw new RefusedException(GrantMoves.NotYours, ("title", grant.Title), ("mover", GrantMover.Lead));
        }

        if (await GrantReport.Newest(work, Grant, ct) is not { State: ReportState.Draft } report)
        {
            throw new RefusedException(NoDraft, ("title", grant.Title));
        }

        if (report.Version != Version)
        {
            throw new RefusedException(SaveClosingReport.Stale, ("title", grant.Title));
        }

        IReadOnlyList<ReportField> missing = report.Text.Missing((await Indicators(work, Grant, ct)).Select(row => row.No),
            await Photos(work, Grant, ct));
        if (missing.Count > 0)
        {
            throw new RefusedException(FieldsMissing, ("title", grant.Title), ("fields", missing.Select(field => Term.Of(field)).ToArray()));
        }

        (report.State, report.HandedInBy, report.HandedInAt) = (ReportState.HandedIn, work.ActorId, work.Now);
        if (grant.State == GrantState.Closing)
        {
            grant.DueOn = WorkingDays.After(work.Today, ClosingCase.DecisionDays);
        }

        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    /// <summary>The indicators of the agreement in force.</summary>
    internal static Task<List<GrantBaseline>> Indicators(Work work, long grant, CancellationToken ct) => work.Db.Set<GrantBaseline>().AsNoTracking()
        .Where(row => row.BookId == work.Book && row.GrantId == grant
            && row.AwardNo == work.Db.Set<GrantAgreement>().Where(each => each.BookId == work.Book && each.GrantId == grant).Max(each => each.AwardNo)
            && row.Version == work.Db.Set<GrantAgreement>().Where(each => each.BookId == work.Book && each.GrantId == grant
                && each.AwardNo == row.AwardNo).Max(each => each.Version))
        .OrderBy(row => row.No).ToListAsync(ct);

    internal static Task<int> Photos(Work work, long grant, CancellationToken ct) => work.Db.Set<GrantClosingPaper>().CountAsync(row =>
        row.BookId == work.Book && row.GrantId == grant && row.Kind == ClosingPaperKind.Photo && row.RemovedAt == null, ct);
}
