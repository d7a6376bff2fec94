using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Tranches;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Closings;

/// <summary>What the guards of a closing look at.</summary>
/// <param name="EndsOn">The last day as agreed, or as it was reopened until.</param>
/// <param name="Reopened">Whether work was reopened before.</param>
/// <param name="Report">Where the newest report stands.</param>
/// <param name="Assessed">Whether the panel has assessed it.</param>
/// <param name="Findings">Findings that stand in the way.</param>
/// <param name="Amending">An amendment that waits to be decided.</param>
public sealed record ClosingFacts(
    LocalDate? EndsOn = null, bool Reopened = false, ReportState? Report = null, bool Assessed = false, int Findings = 0, short? Amending = null)
{
    /// <summary>Tranches that were asked for and are not paid.</summary>
    public IReadOnlyList<short> InFlight { get; init; } = [];

    /// <summary>Tranches that are with the bank.</summary>
    public IReadOnlyList<short> OnTheirWay { get; init; } = [];

    /// <summary>Tranches that are paid and not accounted for.</summary>
    public IReadOnlyList<short> Unsettled { get; init; } = [];

    /// <summary>Tranches of which unspent money was announced and has not come.</summary>
    public IReadOnlyList<short> ComingBack { get; init; } = [];

    /// <summary>Read where the grant is being closed; null elsewhere.</summary>
    [JsonIgnore]
    public AuditTable? Audit { get; init; }

    /// <summary>As the log keeps it: advanced, acquitted, returned and claimed, in fen.</summary>
    public long[] Money => Audit is null ? []
        : [Audit.Total.Paid.Units, Audit.Total.Acquitted.Units, Audit.Total.Returned.Units, Audit.Claimed.Units];

    internal static async Task<ClosingFacts> Of(Work work, GrantCase grant, CancellationToken ct)
    {
        if (grant.State is not (GrantState.Active or GrantState.Suspended or GrantState.Closing or GrantState.Closed or GrantState.Terminated
            or GrantState.Recovering))
        {
            return new ClosingFacts();
        }

        List<Tranche> tranches = await work.Db.Set<Tranche>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId)
            .OrderBy(row => row.No).ToListAsync(ct);
        List<short> onTheirWay = [];
        foreach (Tranche row in tranches)
        {
            if (row.State == TrancheState.Scheduled || await PaymentUnderWay.Is(work, row.ExpectationId, ct) && row.State < TrancheState.Paid)
            {
                onTheirWay.Add(row.No);
            }
        }

        HashSet<long> comingBack = await GrantReturn.AnnouncedOf(work, grant.GrantId, ct);
        ClosingFacts facts = new(
            (await AgreedTerm.Now(work, grant.GrantId, ct))?.EndsOn,
            await work.Db.Set<GrantReopening>().AnyAsync(row => row.BookId == work.Book && row.GrantId == grant.GrantId, ct),
            Amending: await work.Db.Set<GrantAmendment>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
                && row.State == AmendmentState.Requested).Select(row => (short?)row.AmendmentNo).FirstOrDefaultAsync(ct))
        {
            InFlight = [.. tranches.Where(row => row.State is >= TrancheState.Requested and <= TrancheState.PaymentFailed).Select(row => row.No)],
            OnTheirWay = onTheirWay,
            ComingBack = [.. tranches.Where(row => comingBack.Contains(row.TrancheId)).Select(row => row.No)],
            Unsettled = [.. tranches.Where(row => row.State is >= TrancheState.Paid and < TrancheState.Settled).Select(row => row.No)],
        };
        return grant.State is not (GrantState.Closing or GrantState.Terminated) ? facts : facts with
        {
            Report = (await GrantReport.Newest(work, grant.GrantId, ct))?.State,
            Assessed = await GrantAssessment.Newest(work, grant.GrantId, ct) is not null,
            Findings = await work.Db.Set<GrantFinding>().CountAsync(row => row.BookId == work.Book && row.GrantId == grant.GrantId && row.Blocks
                && row.State != FindingState.Closed, ct),
            Audit = await AuditTable.Of(work, grant, ct),
        };
    }
}
