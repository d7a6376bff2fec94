using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Screening;

/// <summary>Somebody of the desk who has no part in it begins to screen an application.</summary>
public sealed record StartScreening(Guid Key, long Grant, int StateVersion) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.StartScreening, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => GrantMoves.Make(
        work, Grant, StateVersion, GrantMove.StartScreening, null, null, ct, due: facts => Due(facts.Grant, facts.Round, facts.Today, 0));

    /// <summary>Until when screening ends: the guide's working days since the application came in, without those that the group had for its
    /// correction; one day at the least.</summary>
    internal static async Task<LocalDate> DueOf(Work work, GrantCase row, CancellationToken ct)
    {
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleAsync(each => each.BookId == work.Book && each.GrantRoundId == row.GrantRoundId, ct);
        Instant? asked = await work.Db.Set<GrantLog>()
            .Where(log => log.BookId == work.Book && log.GrantId == row.GrantId && log.Move == GrantMove.RequestCorrection)
            .OrderByDescending(log => log.StateVersion).Select(log => (Instant?)log.At).FirstOrDefaultAsync(ct);
        return Due(row, round, work.Today, asked is { } at ? Math.Max(0, WorkingDays.Between(Day(at), work.Today)) : 0);
    }

    private static LocalDate Due(GrantCase row, GrantRound round, LocalDate today, int pause)
    {
        LocalDate due = WorkingDays.After(row.SubmittedAt is { } at ? Day(at) : today, round.ScreeningDays + pause);
        LocalDate tomorrow = WorkingDays.After(today, 1);
        return due < tomorrow ? tomorrow : due;
    }

    private static LocalDate Day(Instant at) => at.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
}
