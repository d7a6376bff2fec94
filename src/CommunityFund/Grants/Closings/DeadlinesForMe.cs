using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Closings;

/// <summary>A grant with a day that comes: what closes it is due, or its suspension is looked at again.</summary>
/// <param name="Days">Working days after today up to the day; zero once it is over.</param>
/// <param name="Late">Days since.</param>
public sealed record GrantDeadline(long Grant, string Title, bool IsClosing, LocalDate DueOn, ReportReminder Reminder, int Days, int Late);

/// <summary>What a person is reminded of.</summary>
/// <param name="Mine">Own projects whose closing pack is due, the most urgent first.</param>
/// <param name="Reviews">For desk and panel: suspensions to be looked at.</param>
/// <param name="ClosingsSoon">For the desk: closing packs due within fifteen working days, in all projects.</param>
/// <param name="ClosingsLate">For the desk: overdue.</param>
public sealed record GrantDeadlines(IReadOnlyList<GrantDeadline> Mine, IReadOnlyList<GrantDeadline> Reviews, int ClosingsSoon, int ClosingsLate)
{
    public bool IsEmpty => Mine.Count + Reviews.Count + ClosingsSoon + ClosingsLate == 0;
}

/// <summary>结项材料和暂停复核的期限: reminders by working days, as for reports and accounts.</summary>
public sealed record DeadlinesForMe : Query<GrantDeadlines>
{
    private const int Shown = 5;

    internal override Need Needs => Need.Person;

    internal override async Task<GrantDeadlines> Answer(Work work, CancellationToken ct)
    {
        bool leads = work.Rights.Holds(Role.Lead, Role.FinLead), isDesk = work.Rights.Holds(Role.Desk);
        LocalDate horizon = WorkingDays.After(work.Today, AdvancesForMe.First);
        IQueryable<GrantCase> due = work.Db.Set<GrantCase>().AsNoTracking().Where(row => row.BookId == work.Book && row.DueOn <= horizon);
        IQueryable<GrantCase> closing = due.Where(row => row.State == GrantState.Closing);
        IQueryable<long> mine = MyApplications.Of(work);
        return new GrantDeadlines(
            leads ? await Read(work, closing.Where(row => mine.Contains(row.GrantId)), ct) : [],
            isDesk || work.Rights.Holds(Role.Panel) ? await Read(work, due.Where(row => row.State == GrantState.Suspended), ct) : [],
            isDesk ? await closing.CountAsync(row => row.DueOn >= work.Today, ct) : 0,
            isDesk ? await closing.CountAsync(row => row.DueOn < work.Today, ct) : 0);
    }

    private static async Task<IReadOnlyList<GrantDeadline>> Read(Work work, IQueryable<GrantCase> rows, CancellationToken ct) =>
    [
        .. (await rows.OrderBy(row => row.DueOn).ThenBy(row => row.GrantId).Take(Shown).ToListAsync(ct)).Select(row => new GrantDeadline(
            row.GrantId, row.Title, row.State == GrantState.Closing, row.DueOn!.Value,
            AdvancesForMe.Of(row.DueOn.Value, work.Today) ?? ReportReminder.Soon, Math.Max(0, WorkingDays.Between(work.Today, row.DueOn.Value)),
            Math.Max(0, Period.DaysBetween(row.DueOn.Value, work.Today)))),
    ];
}
