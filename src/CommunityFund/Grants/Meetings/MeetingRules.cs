using System.Globalization;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using Microsoft.EntityFrameworkCore;
using NodaTime.Text;

namespace CommunityFund.Grants.Meetings;

/// <summary>The rules of a meeting in canonical words: one line for each, in a fixed order, ended by a line feed; what the hash is taken of.
/// They are the same in every language, for a hash has one text.</summary>
internal static class MeetingRules
{
    public static async Task<string> TextOf(Work work, GrantMeeting meeting, CancellationToken ct)
    {
        string round = await work.Db.Set<GrantRound>().Where(row => row.BookId == meeting.BookId && row.GrantRoundId == meeting.GrantRoundId)
            .Select(row => row.Code).SingleAsync(ct);
        List<GrantMeetingCriterion> criteria = await work.Db.Set<GrantMeetingCriterion>().AsNoTracking()
            .Where(row => row.BookId == meeting.BookId && row.GrantMeetingId == meeting.GrantMeetingId).OrderBy(row => row.No).ToListAsync(ct);
        List<GrantMeetingGroup> groups = await work.Db.Set<GrantMeetingGroup>().AsNoTracking()
            .Where(row => row.BookId == meeting.BookId && row.GrantMeetingId == meeting.GrantMeetingId).OrderBy(row => row.No).ToListAsync(ct);
        StringBuilder text = new();
        Line($"评审会规则 {meeting.GrantMeetingId}");
        Line($"轮次 {round}");
        Line($"名称 {meeting.Title}");
        Line($"地点 {meeting.Place}");
        Line($"时间 {LocalDateTimePattern.CreateWithInvariantCulture("yyyy-MM-dd HH:mm").Format(
            meeting.StartsAt.InZone(MeetingClock.Shanghai).LocalDateTime)}");
        Line($"陈述 {meeting.SpeakMinutes} 分钟，问答 {meeting.AnswerMinutes} 分钟");
        Line($"计分 {(meeting.Mode == VoteMode.Count ? "加权票数" : "加权得票率（分母为到会且不回避的评审人）")}");
        foreach (GrantMeetingCriterion criterion in criteria)
        {
            Line($"评分项 {criterion.No} {criterion.Name} {criterion.Weight}");
        }

        Line($"分组 {(meeting.WeighsGroups ? "按组加权" : "不加权")}");
        foreach (GrantMeetingGroup group in groups)
        {
            Line($"组 {group.No} {group.Name} 权重 {group.Weight} 法定到会 {group.Quorum}");
        }

        Line($"法定到会总数 {meeting.Quorum}");
        Line($"本社区项目 {(meeting.OwnCommunity ? "回避" : "不回避")}");
        Line($"同分 {string.Join('、', meeting.TieRules.Select(Said))}");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Said(TieRule tie) => tie switch
    {
        TieRule.FirstCriterion => "第一评分项票数多者先",
        TieRule.MoreVotes => "总票数多者先",
        TieRule.SmallerRequest => "申请金额小者先",
        _ => "主持人当场抽签",
    };
}
