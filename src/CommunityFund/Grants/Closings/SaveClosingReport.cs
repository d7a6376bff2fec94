using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>The draft of a 执行报告表 saves itself while it is written; the first saving, and the first after a return, begins another one.</summary>
/// <param name="Version">The version that was read; zero where there was none.</param>
public sealed record SaveClosingReport(Guid Key, long Grant, int Version, ReportText Text) : Command<int>(Key)
{
    /// <summary>Somebody saved it since it was read.</summary>
    public const string Stale = "closing.report-stale";

    /// <summary>It was handed in or accepted; nothing is written in it any more.</summary>
    public const string HandedInAlready = "closing.report-handed-in";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ClosingCase.Writers));

    /// <returns>The version it has now.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await ClosingCase.OfLead(work, Grant, ct);
        ReportText text = Text.Checked();
        GrantReport? before = await GrantReport.Newest(work, Grant, ct);
        if (before is { State: ReportState.HandedIn or ReportState.Accepted })
        {
            throw new RefusedException(HandedInAlready, ("title", grant.Title), ("state", before.State));
        }

        if (before is { State: ReportState.Draft })
        {
            if (before.Version != Version)
            {
                throw new RefusedException(Stale, ("title", grant.Title));
            }

            (before.Version, before.Text, before.SavedBy, before.SavedAt) = (before.Version + 1, text, work.ActorId, work.Now);
            await work.Db.SaveChangesAsync(ct);
            return before.Version;
        }

        work.Db.Add(new GrantReport
        {
            BookId = work.Book,
            GrantId = Grant,
            ReportNo = (short)((before?.ReportNo ?? 0) + 1),
            Version = 1,
            State = ReportState.Draft,
            Content = GrantReport.Write(text),
            Remarks = "[]",
            SavedBy = work.ActorId,
            SavedAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return 1;
    }
}
