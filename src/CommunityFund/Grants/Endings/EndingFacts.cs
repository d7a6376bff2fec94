using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>What the guards of a running or ending grant look at: its money over all funds, in fen.</summary>
/// <param name="Promised">Committed and neither paid nor given up.</param>
/// <param name="Advance">Paid and not accounted for.</param>
/// <param name="Claimed">Claimed back and not settled.</param>
public sealed record EndingFacts(long Promised = 0, long Advance = 0, long Claimed = 0)
{
    /// <summary>Days that the oldest report on paid money is late; null if none is.</summary>
    public int? LateDays { get; init; }

    /// <summary>Whether the panel suspended it since it last ran.</summary>
    public bool IsPanels { get; init; }

    /// <summary>The last day on which the lead was heard, since an appeal was upheld if one was.</summary>
    public LocalDate? HeardOn { get; init; }

    /// <summary>Why its end is proposed, since then.</summary>
    public TerminationCause? Proposed { get; init; }

    /// <summary>Tranches whose acquittal waits for the desk.</summary>
    public int UnderReview { get; init; }

    public LocalDate? TerminatedOn { get; init; }

    /// <summary>Whether an appeal was upheld already.</summary>
    public bool Appealed { get; init; }

    /// <summary>Found not to be allowed and not claimed yet.</summary>
    public long Found { get; init; }

    internal static async Task<EndingFacts> Of(Work work, GrantCase grant, CancellationToken ct)
    {
        if (grant.State is < GrantState.Active or GrantState.Declined or GrantState.Lapsed or GrantState.Withdrawn)
        {
            return new EndingFacts();
        }

        List<GrantFund> money = await work.Db.Set<GrantFund>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId).ToListAsync(ct);
        var moves = await work.Db.Set<GrantLog>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId)
            .OrderByDescending(row => row.StateVersion).Select(row => new { row.StateVersion, row.Move, row.ToState, row.At }).ToListAsync(ct);
        int appealed = moves.Find(row => row.Move == GrantMove.AppealTermination)?.StateVersion ?? 0;
        var ended = moves.Find(row => row.Move == GrantMove.Terminate);
        List<(TrancheState State, LocalDate Due)> tranches = [.. (await work.Db.Set<Tranche>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId).Select(row => new { row.State, row.ReportDueOn }).ToListAsync(ct))
            .Select(row => (row.State, row.ReportDueOn))];
        LocalDate[] late = [.. tranches.Where(row => row.Due < work.Today
            && (row.State is TrancheState.Paid or TrancheState.AwaitingAcquittal or TrancheState.PartlyAcquitted)).Select(row => row.Due).Order()];
        return new EndingFacts(
            money.Sum(row => row.Committed - row.Cancelled - row.Paid), money.Sum(row => row.Paid - row.Acquitted - row.Returned - row.Demanded),
            money.Sum(row => row.Demanded - row.Recovered - row.WrittenOff))
        {
            LateDays = late.Length > 0 ? Period.DaysBetween(late[0], work.Today) : null,
            IsPanels = moves.TakeWhile(row => row.ToState != GrantState.Active).Any(row => row.Move == GrantMove.SuspendByPanel),
            HeardOn = await work.Db.Set<GrantHearing>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
                && row.StateVersion >= appealed).MaxAsync(row => (LocalDate?)row.HeardOn, ct),
            Proposed = await work.Db.Set<GrantTermination>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
                && row.StateVersion >= appealed).OrderByDescending(row => row.No).Select(row => (TerminationCause?)row.Cause).FirstOrDefaultAsync(ct),
            UnderReview = tranches.Count(row => row.State == TrancheState.AcquittalSubmitted),
            TerminatedOn = ended is null ? null : ended.At.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date,
            Appealed = appealed > 0,
            Found = await work.Db.Set<GrantDisallowance>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
                && row.GrantDemandId == null).SumAsync(row => row.Units, ct),
        };
    }
}
