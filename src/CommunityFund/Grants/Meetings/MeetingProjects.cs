using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Meetings;

/// <summary>A project on an agenda.</summary>
/// <param name="Version">State version of the case, which a form sends back.</param>
public sealed record AgendaRow(
    long Grant, int Version, short Order, string Number, string Title, string Community, Amount Requested, Amount Own, AgendaState State,
    GrantState CaseState);

/// <summary>What the pages of a meeting share.</summary>
internal static class MeetingProjects
{
    public static async Task<IReadOnlyList<AgendaRow>> Of(Work work, int book, long meeting, CancellationToken ct) =>
    [
        .. (await (from item in work.Db.Set<GrantMeetingItem>().AsNoTracking()
                   join one in work.Db.Set<GrantCase>().AsNoTracking() on new { item.BookId, item.GrantId } equals new { one.BookId, one.GrantId }
                   where item.BookId == book && item.GrantMeetingId == meeting && item.State != AgendaState.TakenOff
                   orderby item.OrderNo, item.GrantId
                   select new { item, one }).ToListAsync(ct))
            .Select(row => new AgendaRow(row.one.GrantId, row.one.StateVersion, row.item.OrderNo, row.one.Number, row.one.Title, row.one.Community,
                Amount.Fen(row.one.Requested), Amount.Fen(row.one.OwnUnits), row.item.State, row.one.State)),
    ];

    public static Task<List<GrantMeetingCriterion>> Criteria(Work work, int book, long meeting, CancellationToken ct) =>
        work.Db.Set<GrantMeetingCriterion>().AsNoTracking().Where(row => row.BookId == book && row.GrantMeetingId == meeting)
            .OrderBy(row => row.No).ToListAsync(ct);

    public static Task<List<GrantMeetingGroup>> Groups(Work work, int book, long meeting, CancellationToken ct) =>
        work.Db.Set<GrantMeetingGroup>().AsNoTracking().Where(row => row.BookId == book && row.GrantMeetingId == meeting)
            .OrderBy(row => row.No).ToListAsync(ct);
}

/// <summary>A criterion as shown.</summary>
public sealed record CriterionView(short No, string Name, short Weight);

/// <summary>A group of voters as shown, with who is here.</summary>
public sealed record GroupView(short No, string Name, short Weight, short Quorum, int OnRoll, int Present);

/// <summary>The rules of a meeting as every page shows them.</summary>
/// <param name="Hash">Of the locked rules, in hexadecimal; empty before.</param>
/// <param name="IsIntact">Whether the rules as they stand still have that hash.</param>
public sealed record MeetingHead(
    long Id, string Title, string Body, string Place, Instant StartsAt, short SpeakMinutes, short AnswerMinutes, VoteMode Mode, bool WeighsGroups,
    bool OwnCommunity, short Quorum, IReadOnlyList<TieRule> Ties, IReadOnlyList<CriterionView> Criteria, IReadOnlyList<GroupView> Groups,
    RegisterState State, string RulesText, string Hash, bool IsIntact, LocalDate? NoticedOn, string NoticedWhere)
{
    public int Present => Groups.Sum(group => group.Present);

    public int OnRoll => Groups.Sum(group => group.OnRoll);

    public bool InQuorum => Present >= Quorum && Groups.All(group => group.Present >= group.Quorum);

    internal static async Task<MeetingHead> Of(Work work, GrantMeeting meeting, CancellationToken ct)
    {
        var (book, id) = (meeting.BookId, meeting.GrantMeetingId);
        List<GrantMeetingCriterion> criteria = await MeetingProjects.Criteria(work, book, id, ct);
        List<GrantMeetingGroup> groups = await MeetingProjects.Groups(work, book, id, ct);
        var roll = (await work.Db.Set<GrantMeetingVoter>().Where(row => row.BookId == book && row.GrantMeetingId == id).GroupBy(row => row.GroupNo)
            .Select(group => new { group.Key, OnRoll = group.Count(), Here = group.Count(row => row.PresentAt != null) }).ToListAsync(ct))
            .ToDictionary(row => row.Key);
        string text = meeting.RulesText is null ? "" : await MeetingRules.TextOf(work, meeting, ct);
        return new MeetingHead(id, meeting.Title, await work.Db.Books.Where(row => row.BookId == book).Select(row => row.Name).SingleAsync(ct),
            meeting.Place, meeting.StartsAt, meeting.SpeakMinutes, meeting.AnswerMinutes, meeting.Mode, meeting.WeighsGroups, meeting.OwnCommunity,
            meeting.Quorum, meeting.TieRules, [.. criteria.Select(row => new CriterionView(row.No, row.Name, row.Weight))],
            [
                .. groups.Select(row => new GroupView(row.No, row.Name, row.Weight, row.Quorum, roll.GetValueOrDefault(row.No)?.OnRoll ?? 0,
                    roll.GetValueOrDefault(row.No)?.Here ?? 0)),
            ],
            meeting.State, meeting.RulesText ?? "", meeting.RulesHash is { } hash ? Convert.ToHexStringLower(hash) : "",
            text == (meeting.RulesText ?? ""), meeting.NoticedOn, meeting.NoticedWhere ?? "");
    }
}
