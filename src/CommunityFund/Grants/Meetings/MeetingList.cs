using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>A meeting in the list.</summary>
/// <param name="Count">How far its last count is; null if nothing was counted.</param>
public sealed record MeetingRow(
    long Id, string Title, string Round, string Place, Instant StartsAt, RegisterState State, int Projects, TallyState? Count);

/// <summary>A round to choose for a meeting.</summary>
public sealed record MeetingRound(long Id, string Name);

/// <summary>The meetings, the newest first, and the rounds that a new one may be for.</summary>
public sealed record MeetingsView(IReadOnlyList<MeetingRow> Rows, IReadOnlyList<MeetingRound> Rounds, bool MayPropose, LocalDate Today);

/// <summary>The last two hundred meetings.</summary>
public sealed record MeetingList : Query<MeetingsView>
{
    internal override Need Needs => Need.Any(MeetingRoles.Reading);

    internal override async Task<MeetingsView> Answer(Work work, CancellationToken ct)
    {
        var rows = await (
            from meeting in work.Db.Set<GrantMeeting>().AsNoTracking()
            join round in work.Db.Set<GrantRound>() on new { meeting.BookId, meeting.GrantRoundId } equals new { round.BookId, round.GrantRoundId }
            where meeting.BookId == work.Book && meeting.State != RegisterState.Dropped
            orderby meeting.GrantMeetingId descending
            select new
            {
                meeting,
                round.Code,
                Projects = work.Db.Set<GrantMeetingItem>().Count(item => item.BookId == work.Book && item.GrantMeetingId == meeting.GrantMeetingId
                    && item.State != AgendaState.TakenOff),
            }).Take(200).ToListAsync(ct);
        Dictionary<long, TallyState> counts = (await work.Db.Set<GrantTally>().AsNoTracking().Where(row => row.BookId == work.Book)
            .ToListAsync(ct)).GroupBy(row => row.GrantMeetingId).ToDictionary(same => same.Key, same => same.MaxBy(row => row.Version)!.State);
        bool proposes = work.Rights.Holds(MeetingRoles.Preparing);
        return new MeetingsView(
            [
                .. rows.Select(row => new MeetingRow(row.meeting.GrantMeetingId, row.meeting.Title, row.Code, row.meeting.Place, row.meeting.StartsAt,
                    row.meeting.State, row.Projects, counts.TryGetValue(row.meeting.GrantMeetingId, out TallyState count) ? count : null)),
            ],
            !proposes ? [] : await work.Db.Set<GrantRound>().Where(round => round.BookId == work.Book && round.State == RegisterState.Agreed)
                .OrderByDescending(round => round.GrantRoundId).Take(50)
                .Select(round => new MeetingRound(round.GrantRoundId, round.Code + " " + round.Title))
                .ToListAsync(ct),
            proposes, work.Today);
    }
}
