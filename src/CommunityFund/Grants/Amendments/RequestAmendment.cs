using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Amendments;

/// <summary>The lead asks for a change of what was agreed. A small shift between lines takes effect at once, and the desk sees it.</summary>
/// <param name="Version">The grant's state version that was read.</param>
/// <param name="Lines">Lines that change, and new ones.</param>
/// <param name="Tranches">Tranches that change, and new ones.</param>
public sealed record RequestAmendment(
    Guid Key, long Grant, int Version, AmendmentKind Kind, string Reason, IReadOnlyList<AmendedLine>? Lines = null,
    IReadOnlyList<AmendedTranche>? Tranches = null, LocalDate? EndsOn = null, long? Lead = null, long? FinLead = null) : Command<AmendmentAsked>(Key)
{
    /// <summary>The reason is missing or too long.</summary>
    public const string ReasonMissing = "amendment.reason-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Lead, Role.Desk));

    internal override async Task<AmendmentAsked> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await GrantCase.Lock(work, Grant, ct);
        await work.Db.Entry(grant).ReloadAsync(ct);
        if (grant.LeadId != work.Actor && (grant.FilledBy != work.Actor || !work.Rights.Holds(Role.Desk)))
        {
            throw new RefusedException(GrantMoves.NotYours, ("title", grant.Title), ("mover", GrantMover.Lead));
        }

        if (grant.StateVersion != Version)
        {
            throw new RefusedException(GrantMoves.Stale, ("title", grant.Title), ("state", grant.State));
        }

        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > 500)
        {
            throw new RefusedException(ReasonMissing, ("limit", 500));
        }

        if (await AmendmentNeeds.WhyNot(work, grant, Kind, isDecision: false, ct) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        AmendmentPlan plan = await AmendmentPlan.Of(work, grant, this, ct);
        GrantAward award = (await GrantAward.Open(work, Grant, ct))!;
        GrantAmendment row = new()
        {
            BookId = work.Book,
            GrantId = Grant,
            AmendmentNo = (short)(1 + await work.Db.Set<GrantAmendment>().CountAsync(each => each.BookId == work.Book && each.GrantId == Grant, ct)),
            AwardNo = award.AwardNo,
            BasedOn = (await AgreedBudget.InForce(work, Grant, ct))?.AmendmentNo ?? 0,
            Kind = Kind,
            State = AmendmentState.Requested,
            Reason = reason,
            Share = plan.Share,
            BySelf = Kind == AmendmentKind.Shift && plan.Share <= AmendmentNeeds.SelfShare,
            EndsOn = plan.EndsOn,
            LeadId = plan.Lead,
            FinLeadId = plan.FinLead,
            LeadBefore = grant.LeadId,
            FinBefore = grant.FinLeadId!.Value,
            Units = plan.Units,
            AskedBy = work.ActorId,
            AskedAt = work.Now,
            DueOn = WorkingDays.After(work.Today, AmendmentNeeds.DaysToDecide),
        };
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        await Write(work, row, plan, ct);
        if (row.BySelf)
        {
            (row.State, row.DecidedBy, row.DecidedAt) = (AmendmentState.InForce, work.ActorId, work.Now);
            await work.Db.SaveChangesAsync(ct);
        }

        return new AmendmentAsked(row.AmendmentNo, row.BySelf);
    }

    private static async Task Write(Work work, GrantAmendment row, AmendmentPlan plan, CancellationToken ct)
    {
        Dictionary<short, long> before = (await PlannedTranche.Of(work, row.GrantId, ct)).ToDictionary(each => each.No, each => each.Units);
        work.Db.AddRange(plan.Lines.Select(line => new GrantAmendedLine
        {
            BookId = work.Book,
            GrantId = row.GrantId,
            AmendmentNo = row.AmendmentNo,
            No = line.No,
            What = line.What,
            Units = line.Amount.Units,
            OwnUnits = line.Own.Units,
        }));
        work.Db.AddRange(plan.Tranches.Select(tranche => new GrantAmendedTranche
        {
            BookId = work.Book,
            GrantId = row.GrantId,
            AmendmentNo = row.AmendmentNo,
            No = tranche.No,
            Units = tranche.Amount.Units,
            UnitsBefore = before.GetValueOrDefault(tranche.No),
            EarliestOn = tranche.EarliestOn,
            Condition = tranche.Condition,
            ReportDueOn = tranche.ReportDueOn,
        }));
        await work.Db.SaveChangesAsync(ct);
    }
}

/// <summary>What became of a request.</summary>
/// <param name="InForce">It was small enough to take effect at once.</param>
public sealed record AmendmentAsked(short No, bool InForce);
