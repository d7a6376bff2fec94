using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Acquittals;

/// <summary>使用报告: the lead tells what was done with a tranche that was spent when paid, with numbers and papers.</summary>
public sealed record SubmitReport(
    Guid Key, long Tranche, int Version, [property: Personal] string Text, int People, int Activities, Amount Spent,
    IReadOnlyList<Enclosure>? Papers = null) : Command<Done>(Key)
{
    private const int LongestText = 4000, MostPeople = 1_000_000, MostActivities = 10_000, MostPapers = 20;
    private const long MostSpent = 100_000_000_000;

    /// <summary>No words, a number that cannot be, or too many papers.</summary>
    public const string BadReport = "tranche-report.bad";

    /// <summary>The tranche is no expense that waits for its report, or a report waits for the desk.</summary>
    public const string NotNow = "tranche-report.not-now";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptWriting.Writers));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Tranche tranche = await Tranches.Tranche.Lock(work, Tranche, ct);
        await ReceiptWriting.Lock(work, tranche.GrantId, ct);
        if (tranche.StateVersion != Version)
        {
            throw new RefusedException(TrancheMoves.Stale, ("no", tranche.No), ("state", Term.Of(tranche.State)));
        }

        TrancheReport? before = await Newest(work, Tranche, ct);
        if (tranche.State != TrancheState.Paid || before is { Accepted: not false })
        {
            throw new RefusedException(NotNow, ("no", tranche.No), ("state", Term.Of(tranche.State)));
        }

        string text = PlainText.Of(Text);
        if (text.Length is 0 or > LongestText || People is < 0 or > MostPeople || Activities is < 0 or > MostActivities || Spent.IsNegative
            || Spent.Units > MostSpent
            || Spent.Commodity != Commodity.Cny || Papers is { Count: > MostPapers })
        {
            throw new RefusedException(BadReport, ("limit", LongestText), ("papers", MostPapers));
        }

        TrancheReport report = new()
        {
            BookId = work.Book,
            TrancheId = Tranche,
            Version = (short)((before?.Version ?? 0) + 1),
            Text = text,
            People = People,
            Activities = Activities,
            Spent = Spent.Units,
            SubmittedBy = work.ActorId,
            SubmittedAt = work.Now,
        };
        work.Db.Add(report);
        await work.Db.SaveChangesAsync(ct);
        short ordinal = 0;
        foreach (Enclosure paper in Papers ?? [])
        {
            work.Db.Add(new TrancheReportPaper
            {
                BookId = work.Book,
                TrancheId = Tranche,
                Version = report.Version,
                Ordinal = ++ordinal,
                FiledDocumentId = await FiledDocument.Keep(work, [paper], ct),
            });
        }

        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    internal static Task<TrancheReport?> Newest(Work work, long tranche, CancellationToken ct) => work.Db.Set<TrancheReport>()
        .Where(row => row.BookId == work.Book && row.TrancheId == tranche).OrderByDescending(row => row.Version).FirstOrDefaultAsync(ct);
}
