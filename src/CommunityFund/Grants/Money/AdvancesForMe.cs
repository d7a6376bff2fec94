using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Money;

/// <summary>How close the day is on which a tranche is to be accounted for, or reported on.</summary>
public enum ReportReminder
{
    /// <summary>Within fifteen working days.</summary>
    Soon,

    /// <summary>Within seven.</summary>
    Near,

    /// <summary>On this working day or the next.</summary>
    Now,

    /// <summary>The day is over.</summary>
    Late,
}

/// <summary>A tranche that one of its people has to account for, or to report on.</summary>
/// <param name="IsAdvance">Whether receipts are wanted; else a report on the use.</param>
/// <param name="DaysLeft">Working days after today up to the day; zero once it is over.</param>
/// <param name="Late">Days since.</param>
public sealed record ReportDue(
    long Grant, string Title, short No, bool IsAdvance, LocalDate DueOn, ReportReminder Reminder, int DaysLeft, int Late, Amount Open);

/// <summary>What a person is reminded of.</summary>
/// <param name="Mine">In the person's own projects, the most urgent first.</param>
/// <param name="SoonAll">For the desk: in all projects, due within fifteen working days.</param>
/// <param name="LateAll">For the desk: overdue.</param>
/// <param name="HeldAll">For the desk: tranches that overdue advances hold.</param>
public sealed record ReportsDue(IReadOnlyList<ReportDue> Mine, int SoonAll, int LateAll, int HeldAll);

/// <summary>Reports and accounts that are due soon or overdue: of my own projects for leads, of all for the desk.</summary>
public sealed record AdvancesForMe : Query<ReportsDue>
{
    /// <summary>Working days before the day on which the first reminder comes.</summary>
    public const int First = 15;

    private const int Second = 7, Last = 1, Shown = 5;

    internal override Need Needs => Need.Person;

    internal override async Task<ReportsDue> Answer(Work work, CancellationToken ct)
    {
        bool leads = work.Rights.Holds(Role.Lead, Role.FinLead), watches = work.Rights.Holds(Role.Desk);
        LocalDate horizon = WorkingDays.After(work.Today, First);
        return new ReportsDue(leads ? await Own(work, horizon, ct) : [], watches ? await Count(work, horizon, isLate: false, ct) : 0,
            watches ? await Count(work, horizon, isLate: true, ct) : 0,
            watches ? await work.Db.Set<Tranche>().CountAsync(row => row.BookId == work.Book && row.State == TrancheState.Held
                && row.HeldBy == GrantMover.Calendar, ct) : 0);
    }

    /// <summary>How close a day is.</summary>
    internal static ReportReminder? Of(LocalDate due, LocalDate today) => due < today ? ReportReminder.Late : WorkingDays.Between(today, due) switch
    {
        <= Last => ReportReminder.Now,
        <= Second => ReportReminder.Near,
        <= First => ReportReminder.Soon,
        _ => null,
    };

    private static async Task<IReadOnlyList<ReportDue>> Own(Work work, LocalDate horizon, CancellationToken ct)
    {
        long me = work.Actor ?? 0;
        var rows = await (from tranche in work.Db.Set<Tranche>().AsNoTracking()
                          join grant in work.Db.Set<GrantCase>() on new { tranche.BookId, tranche.GrantId } equals new { grant.BookId, grant.GrantId }
                          where tranche.BookId == work.Book && (grant.LeadId == me || grant.FinLeadId == me) && tranche.ReportDueOn <= horizon
                              && (tranche.State == TrancheState.Paid || tranche.State == TrancheState.AwaitingAcquittal
                                  || tranche.State == TrancheState.PartlyAcquitted)
                          orderby tranche.ReportDueOn, tranche.TrancheId
                          select new { tranche.TrancheId, tranche.GrantId, grant.Title, tranche.No, tranche.State, tranche.ReportDueOn })
            .Take(Shown).ToListAsync(ct);
        List<ReportDue> due = [];
        foreach (var row in rows)
        {
            TrancheMoney money = await TrancheMoney.Of(work, row.TrancheId, ct);
            due.Add(new ReportDue(row.GrantId, row.Title, row.No, row.State != TrancheState.Paid, row.ReportDueOn,
                Of(row.ReportDueOn, work.Today) ?? ReportReminder.Soon, Math.Max(0, WorkingDays.Between(work.Today, row.ReportDueOn)),
                Math.Max(0, Period.DaysBetween(row.ReportDueOn, work.Today)), Amount.Fen(money.Advance)));
        }

        return due;
    }

    private static Task<int> Count(Work work, LocalDate horizon, bool isLate, CancellationToken ct) => work.Db.Set<Tranche>().CountAsync(row =>
        row.BookId == work.Book && (isLate ? row.ReportDueOn < work.Today : row.ReportDueOn >= work.Today && row.ReportDueOn <= horizon)
            && (row.State == TrancheState.AwaitingAcquittal || row.State == TrancheState.PartlyAcquitted || row.State == TrancheState.Paid), ct);
}
