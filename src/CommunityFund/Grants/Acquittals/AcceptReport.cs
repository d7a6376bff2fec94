using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Acquittals;

/// <summary>使用报告通过: the desk accepts the report, and the tranche is settled.</summary>
public sealed record AcceptReport(Guid Key, long Tranche, int Version) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, TrancheMove.AcceptReport, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Tranche moved = await TrancheMoves.Make(work, Tranche, Version, TrancheMove.AcceptReport, null, ct, async (_, _) =>
        {
            TrancheReport report = (await SubmitReport.Newest(work, Tranche, ct))!;
            (report.Accepted, report.DecidedBy, report.DecidedAt) = (true, work.ActorId, work.Now);
            return [];
        });
        await TrancheMoves.LookAgain(work, moved.GrantId, ct);
        return Done.It;
    }
}

/// <summary>退回使用报告: the desk says what is missing; the lead hands in another.</summary>
public sealed record SendBackReport(Guid Key, long Tranche, int Version, string Reason) : Command<Done>(Key)
{
    private const int LongestReason = 500;

    /// <summary>There is no report that waits, or no reason.</summary>
    public const string NotSentBack = "tranche-report.not-sent-back";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Tranche tranche = await AcquittalOffice.Lock(work, Tranche, Version, Role.Desk, ct);
        string reason = PlainText.Of(Reason);
        if (await SubmitReport.Newest(work, Tranche, ct) is not { Accepted: null } report || reason.Length is 0 or > LongestReason)
        {
            throw new RefusedException(NotSentBack, ("no", tranche.No), ("limit", LongestReason));
        }

        (report.Accepted, report.Reason, report.DecidedBy, report.DecidedAt) = (false, reason, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
