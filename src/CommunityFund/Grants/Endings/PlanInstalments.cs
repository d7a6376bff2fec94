using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>One instalment as it is typed.</summary>
public sealed record InstalmentForm(LocalDate DueOn, Amount Amount);

/// <summary>分期缴还: the desk or the accountant proposes to take what is claimed in instalments; they sum to what is open of the demand.
/// </summary>
public sealed record PlanInstalments(Guid Key, long Demand, IReadOnlyList<InstalmentForm> Instalments, string Reason) : Command<Done>(Key)
{
    /// <summary>There are none or too many, they are out of order, or they do not sum to the claim.</summary>
    public const string BadPlan = "demand.bad-plan";

    /// <summary>A plan waits already.</summary>
    public const string PlanWaits = "demand.plan-waits";

    /// <summary>At most so many.</summary>
    internal const int Most = 36;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant, Role.Desk));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantDemand demand, GrantCase grant) = await GrantDemand.Lock(work, Demand, ct, DemandState.Stands);
        await Termination.Unrelated(work, grant, ct);
        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > 500)
        {
            throw new RefusedException(GrantMoves.ReasonMissing, ("move", GrantMove.DemandReturn), ("limit", 500));
        }

        long open = (await ClaimInstalments.Open(work, [Demand], ct)).Sum(row => row.Units);
        bool isBad = Instalments.Count is 0 or > Most || Instalments.Any(row => !row.Amount.IsPositive
                || row.Amount.Commodity != Commodity.Cny || row.DueOn < work.Today
                || row.DueOn > work.Today.PlusYears(3))
            || Instalments.Zip(Instalments.Skip(1)).Any(pair => pair.Second.DueOn <= pair.First.DueOn)
            || Instalments.Sum(row => (decimal)row.Amount.Units) != open;
        if (isBad)
        {
            throw new RefusedException(BadPlan, ("no", demand.No), ("open", Amount.Fen(open)), ("most", Most));
        }

        List<GrantInstalmentPlan> before = await work.Db.Set<GrantInstalmentPlan>().Where(row => row.BookId == work.Book
            && row.GrantDemandId == Demand).ToListAsync(ct);
        if (before.Exists(row => row.State == RegisterState.Waiting))
        {
            throw new RefusedException(PlanWaits, ("no", demand.No));
        }

        short no = (short)(before.Count + 1);
        work.Db.Add(new GrantInstalmentPlan
        {
            BookId = work.Book,
            GrantDemandId = Demand,
            No = no,
            State = RegisterState.Waiting,
            Reason = reason,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(Instalments.Select((row, at) => new GrantPlannedInstalment
        {
            BookId = work.Book,
            GrantDemandId = Demand,
            PlanNo = no,
            No = (short)(at + 1),
            DueOn = row.DueOn,
            Units = row.Amount.Units,
        }));
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>The second approver agrees to instalments, or does not.</summary>
public sealed record DecideInstalments(Guid Key, long Demand, bool Agreed) : Command<Done>(Key)
{
    /// <summary>No plan waits.</summary>
    public const string NoPlan = "demand.no-plan";

    /// <summary>Whoever proposed it does not agree to it.</summary>
    public const string OwnPlan = "demand.own-plan";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.ApproverL2).Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantDemand demand, GrantCase grant) = await GrantDemand.Lock(work, Demand, ct, DemandState.Stands);
        await Termination.Unrelated(work, grant, ct);
        GrantInstalmentPlan plan = await work.Db.Set<GrantInstalmentPlan>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.GrantDemandId == Demand && row.State == RegisterState.Waiting, ct) ?? throw new RefusedException(NoPlan, ("no", demand.No));
        (plan.State, plan.DecidedBy, plan.DecidedAt) = plan.ProposedBy != work.ActorId
            ? (Agreed ? RegisterState.Agreed : RegisterState.Dropped, work.ActorId, work.Now) : throw new RefusedException(OwnPlan);
        await work.Db.SaveChangesAsync(ct);
        if (!Agreed)
        {
            return Done.It;
        }

        List<GrantPlannedInstalment> rows = await work.Db.Set<GrantPlannedInstalment>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantDemandId == Demand && row.PlanNo == plan.No).OrderBy(row => row.No).ToListAsync(ct);
        long open = await ClaimInstalments.End(work, grant, [Demand], ct);
        if (rows.Sum(row => row.Units) != open)
        {
            throw new RefusedException(PlanInstalments.BadPlan, ("no", demand.No), ("open", Amount.Fen(open)), ("most", PlanInstalments.Most));
        }

        await ClaimInstalments.Await(work, grant, demand, [.. rows.Select(row => (row.DueOn, row.Units))], ct);
        return Done.It;
    }
}

/// <summary>催缴: a step of the ladder, 15, 30 or 60 days after a demand was due, is noted once its letter is out.</summary>
public sealed record NoteReminder(Guid Key, long Demand, int Days, LocalDate SentOn, string Way) : Command<Done>(Key)
{
    /// <summary>The step is none of the ladder, not due yet, or was taken.</summary>
    public const string NotDue = "demand.reminder-not-due";

    /// <summary>How it was sent is missing or too long, or the day is wrong.</summary>
    public const string WayMissing = "demand.reminder-way";

    /// <summary>The steps, in days after the demand was due.</summary>
    public static IReadOnlyList<int> Ladder { get; } = [15, 30, 60];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk, Role.Accountant));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantDemand demand, GrantCase grant) = await GrantDemand.Lock(work, Demand, ct, DemandState.Stands);
        await Termination.Unrelated(work, grant, ct);
        string way = PlainText.Of(Way);
        if (way.Length is 0 or > 200 || SentOn > work.Today || SentOn < demand.DueOn)
        {
            throw new RefusedException(WayMissing, ("from", demand.DueOn), ("today", work.Today));
        }

        if (!Ladder.Contains(Days) || demand.DueOn.PlusDays(Days) > SentOn
            || await work.Db.Set<GrantDemandReminder>().AnyAsync(row => row.BookId == work.Book && row.GrantDemandId == Demand
                && row.Days == Days, ct))
        {
            throw new RefusedException(NotDue, ("days", Days), ("day", demand.DueOn.PlusDays(Math.Clamp(Days, 0, 366))));
        }

        work.Db.Add(new GrantDemandReminder
        {
            BookId = work.Book,
            GrantDemandId = Demand,
            Days = (short)Days,
            SentOn = SentOn,
            Way = way,
            NotedBy = work.ActorId,
            NotedAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
