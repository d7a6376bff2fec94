using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>听取负责人意见 is written down by who heard it: the lead was told at least three days before.</summary>
/// <param name="Came">Whether the lead came; who was told and stays away does not stop an end.</param>
public sealed record RecordHearing(Guid Key, long Grant, LocalDate ToldOn, LocalDate HeardOn, bool Came, [property: Personal] string Summary)
    : Command<long>(Key)
{
    /// <summary>It lies ahead, or the lead was told too late.</summary>
    public const string BadDays = "ending.hearing-days";

    /// <summary>The summary is missing or too long, or the grant does not run.</summary>
    public const string SummaryMissing = "ending.hearing-summary";

    /// <summary>Only a grant that runs or is suspended is ended.</summary>
    public const string NotRunning = "ending.not-running";

    /// <summary>Days from the notice to the hearing.</summary>
    internal const int NoticeDays = 3;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk, Role.Panel, Role.Steer));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await Termination.Running(work, Grant, ct);
        string summary = PlainText.Of(Summary);
        if (summary.Length is 0 or > 1000)
        {
            throw new RefusedException(SummaryMissing, ("limit", 1000));
        }

        if (HeardOn > work.Today || HeardOn < work.Today.PlusDays(-366) || ToldOn > HeardOn.PlusDays(-NoticeDays) || ToldOn < HeardOn.PlusDays(-366))
        {
            throw new RefusedException(BadDays, ("told", ToldOn), ("heard", HeardOn), ("days", NoticeDays), ("today", work.Today));
        }

        GrantHearing hearing = new()
        {
            BookId = work.Book,
            GrantId = Grant,
            StateVersion = grant.StateVersion,
            ToldOn = ToldOn,
            HeardOn = HeardOn,
            Came = Came,
            Summary = summary,
            HeardBy = work.ActorId,
            NotedAt = work.Now,
        };
        work.Db.Add(hearing);
        await work.Db.SaveChangesAsync(ct);
        return hearing.GrantHearingId;
    }
}

/// <summary>The desk or the panel proposes to end a grant, with the class of its reason.</summary>
public sealed record ProposeTermination(Guid Key, long Grant, TerminationCause Cause, string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk, Role.Panel));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await Termination.Running(work, Grant, ct);
        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > 500)
        {
            throw new RefusedException(GrantMoves.ReasonMissing, ("move", GrantMove.Terminate), ("limit", 500));
        }

        int before = await work.Db.Set<GrantTermination>().CountAsync(row => row.BookId == work.Book && row.GrantId == Grant, ct);
        work.Db.Add(new GrantTermination
        {
            BookId = work.Book,
            GrantId = Grant,
            No = (short)(before + 1),
            StateVersion = grant.StateVersion,
            Cause = Cause,
            Reason = reason,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>终止资助: the steering group and the second approver sign. With the second signature what is not paid is given up in the books,
/// every tranche that is not paid is cancelled, and the final account is due in thirty days.</summary>
public sealed record TerminateGrant(Guid Key, long Grant, int Version, string Reason, string Resolution) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.Terminate, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => PlainText.Of(Resolution).Length is 0 or > 100
        ? throw new RefusedException(AwardGrant.ResolutionMissing)
        : GrantMoves.Make(work, Grant, Version, GrantMove.Terminate, Reason, Resolution, ct, async (row, facts, _) =>
            await Termination.GiveUp(work, row, EndingNeeds.FinalDay(facts.Today), Reason, ct), facts => EndingNeeds.FinalDay(facts.Today));
}

/// <summary>终止申诉成立: within ten working days and once, the panel sets the grant back to suspended. What was given up is not promised again
/// by itself: an amendment promises it anew, as far as the funds still have it.</summary>
public sealed record AppealTermination(Guid Key, long Grant, int Version, string Reason) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.AppealTermination, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => GrantMoves.Make(work, Grant, Version,
        GrantMove.AppealTermination, Reason, "", ct, due: facts => facts.Today.PlusDays(EndingNeeds.ReviewDays));
}

/// <summary>无应追缴款，结项: everything of an ended grant is accounted for; the desk and the panel sign.</summary>
public sealed record CloseTerminated(Guid Key, long Grant, int Version) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.NothingToRecover, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) =>
        GrantMoves.Make(work, Grant, Version, GrantMove.NothingToRecover, "", "", ct);
}

internal static class Termination
{
    /// <summary>The grant, locked, if it runs or is suspended and the reader has no part in it.</summary>
    public static async Task<GrantCase> Running(Work work, long grant, CancellationToken ct)
    {
        GrantCase row = await GrantCase.Lock(work, grant, ct);
        if (row.State is not (GrantState.Active or GrantState.Suspended))
        {
            throw new RefusedException(RecordHearing.NotRunning, ("title", row.Title), ("state", row.State));
        }

        await Unrelated(work, row, ct);
        return row;
    }

    public static async Task Unrelated(Work work, GrantCase grant, CancellationToken ct)
    {
        if ((await grant.People(work, ct)).Contains(work.ActorId))
        {
            throw new RefusedException(GrantMoves.Related, ("title", grant.Title));
        }
    }

    /// <summary>Cancels what is promised and not paid, by the award's two signers, and every tranche that was not paid.</summary>
    public static async Task<IReadOnlyList<long>> GiveUp(Work work, GrantCase grant, LocalDate final, string reason, CancellationToken ct)
    {
        GrantAward award = await GrantAward.Open(work, grant.GrantId, ct)
            ?? throw new InvalidOperationException($"Grant {grant.GrantId} runs and has no award.");
        List<Tranche> tranches = await Tranche.LockAll(work, grant.GrantId, ct);
        long[] ids = [.. tranches.Select(row => row.TrancheId)];
        List<TrancheFund> parts = await work.Db.Set<TrancheFund>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.TrancheId)).OrderBy(row => row.TrancheId).ThenBy(row => row.Place)
            .ToListAsync(ct);
        (long? Tranche, FundUnits Part)[] left = [.. parts.Where(row => row.Planned - row.Cancelled - row.Paid > 0)
            .Select(row => ((long?)row.TrancheId, new FundUnits(row.FundId, row.Planned - row.Cancelled - row.Paid)))];
        long[] vouchers = left.Length == 0 ? [] : [await MoneyRegister.GiveUp(work, grant, award, left, "终止资助，冲回未拨承诺", ct)];
        foreach (Tranche tranche in tranches.Where(row => TrancheLife.Table.Find(row.State, TrancheMove.CancelWithGrant) is not null))
        {
            await TrancheMoves.Follow(work, tranche, TrancheMove.CancelWithGrant, ct, reason,
                (_, _) => Task.FromResult<IReadOnlyList<long>>(vouchers));
        }

        // Whoever had longer to account for what was paid has until the final account.
        foreach (Tranche tranche in tranches.Where(row => row.ReportDueOn > final && row.EarliestOn <= final
            && (row.State is TrancheState.Paid or TrancheState.AwaitingAcquittal or TrancheState.AcquittalSubmitted or TrancheState.PartlyAcquitted)))
        {
            tranche.ReportDueOn = final;
        }

        await work.Db.SaveChangesAsync(ct);
        return vouchers;
    }
}
