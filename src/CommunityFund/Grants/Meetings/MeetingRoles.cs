using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Meetings;

/// <summary>Who does what about a meeting.</summary>
public static class MeetingRoles
{
    /// <summary>Draws up rules, notice, agenda and roll.</summary>
    public static IReadOnlyList<Role> Preparing { get; } = [Role.Desk];

    /// <summary>Locks what another drew up.</summary>
    public static IReadOnlyList<Role> Locking { get; } = [Role.Chair, Role.Desk];

    /// <summary>Runs the vote.</summary>
    public static IReadOnlyList<Role> Running { get; } = [Role.Chair];

    /// <summary>Checks voters in and hands out ballots.</summary>
    public static IReadOnlyList<Role> AtTheDoor { get; } = [Role.Clerk, Role.Desk, Role.Chair];

    /// <summary>Keys ballots.</summary>
    public static IReadOnlyList<Role> Keying { get; } = [Role.Clerk];

    /// <summary>Signs the count.</summary>
    public static IReadOnlyList<Role> Signing { get; } = [Role.Chair, Role.Clerk];

    /// <summary>Sees how the meeting stands; what was voted nobody sees before the count.</summary>
    public static IReadOnlyList<Role> Reading { get; } =
        [Role.Desk, Role.Chair, Role.Clerk, Role.Steer, Role.Panel, Role.FinanceOffice, Role.ApproverL1, Role.ApproverL2, Role.Admin];

    /// <summary>One of these roles, over every fund that feeds the meeting's round.</summary>
    internal static async ValueTask<Need> Over(Work work, long meeting, IReadOnlyList<Role> roles, CancellationToken ct) =>
        Need.Any(roles).For(await work.Db.Set<GrantRoundPool>().Where(pool => pool.BookId == work.Book && work.Db.Set<GrantMeeting>().Any(
            row => row.BookId == work.Book && row.GrantMeetingId == meeting && row.GrantRoundId == pool.GrantRoundId))
            .Select(pool => pool.FundId).ToListAsync(ct));

    /// <summary>The same before there is a meeting.</summary>
    internal static async ValueTask<Need> OverRound(Work work, long round, IReadOnlyList<Role> roles, CancellationToken ct) =>
        Need.Any(roles).For(await work.Db.Set<GrantRoundPool>().Where(pool => pool.BookId == work.Book && pool.GrantRoundId == round)
            .Select(pool => pool.FundId).ToListAsync(ct));
}
