using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>A tranche in the list of those that wait.</summary>
/// <param name="IsLate">Its day is over.</param>
public sealed record TrancheRow(
    long Tranche, long Grant, string Title, string Number, short No, TrancheState State, ApprovalTier? Tier, Amount Asked, LocalDate? DueOn,
    bool IsLate, string Lead);

/// <summary>The list.</summary>
/// <param name="Mine">How many wait for the reader.</param>
/// <param name="All">How many are asked for, held or failed in all.</param>
public sealed record TrancheList(IReadOnlyList<TrancheRow> Rows, int Mine, int All, bool IsAll);

/// <summary>等我办理的用款: what desk, approvers and panel have to see to, the earliest day first; or all that is under way.</summary>
public sealed record TranchesForMe(bool ShowAll = false) : Query<TrancheList>
{
    private const int Most = 200;

    private static readonly TrancheState[] UnderWay =
    [
        TrancheState.Requested, TrancheState.Checked, TrancheState.ApprovedL1, TrancheState.ApprovedL2, TrancheState.Approved, TrancheState.Scheduled,
        TrancheState.PaymentFailed, TrancheState.Held,
    ];

    internal override Need Needs => Need.Any([.. GrantRoles.Office, Role.Cashier]);

    internal override async Task<TrancheList> Answer(Work work, CancellationToken ct)
    {
        TrancheState[] mine = [.. Waiting(work)];
        IQueryable<Tranche> all = work.Db.Set<Tranche>().AsNoTracking().Where(row => row.BookId == work.Book && UnderWay.Contains(row.State));

        // What is held waits for whoever held it; what the calendar or the grant holds is free with them.
        GrantMover[] holders = [.. Holding(work)];
        IQueryable<Tranche> forMe = all.Where(row => mine.Contains(row.State)
            && (row.State != TrancheState.Held || holders.Contains(row.HeldBy!.Value)));
        int waits = await forMe.CountAsync(ct), under = await all.CountAsync(ct);
        var rows = await (
            from row in ShowAll ? all : forMe
            join grant in work.Db.Set<GrantCase>().AsNoTracking() on new { row.BookId, row.GrantId } equals new { grant.BookId, grant.GrantId }
            orderby row.DueOn, row.TrancheId
            select new { row, grant.Title, grant.Number, grant.LeadId }).Take(Most).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.Select(each => (long?)each.LeadId), ct);
        return new TrancheList(
            [
                .. rows.Select(each => new TrancheRow(each.row.TrancheId, each.row.GrantId, each.Title, each.Number, each.row.No, each.row.State,
                    each.row.Tier, Amount.Fen(each.row.Asked > 0 ? each.row.Asked : each.row.Units), each.row.DueOn,
                    each.row.DueOn < work.Today, names[each.LeadId])),
            ], waits, under, ShowAll);
    }

    private static IEnumerable<GrantMover> Holding(Work work)
    {
        (Role Role, GrantMover Mover)[] holds = [(Role.Desk, GrantMover.Desk), (Role.Panel, GrantMover.Panel)];
        return holds.Where(each => work.Rights.Holds([each.Role])).Select(each => each.Mover);
    }

    private static IEnumerable<TrancheState> Waiting(Work work)
    {
        (Role Role, TrancheState State)[] sees =
        [
            (Role.Desk, TrancheState.Requested), (Role.Desk, TrancheState.PaymentFailed), (Role.Desk, TrancheState.Held),
            (Role.ApproverL1, TrancheState.Checked), (Role.ApproverL2, TrancheState.ApprovedL1), (Role.Steer, TrancheState.ApprovedL2),
            (Role.Panel, TrancheState.Held), (Role.Accountant, TrancheState.Approved), (Role.Cashier, TrancheState.Approved),
        ];
        return sees.Where(each => work.Rights.Holds([each.Role])).Select(each => each.State).Distinct();
    }
}
