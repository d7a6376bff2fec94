using CommunityFund.Books;

namespace CommunityFund.Grants.Meetings;

/// <summary>评选结果汇总表 on paper, A4 across, with places for who called, counted and watched.</summary>
public static class TallyPaper
{
    public static PaperSheet Of(TallySheetView view, Words words) => new(
        words["tally.title"], view.Head.Body, $"{words["tally.title"]}-{view.Head.Title}-{view.Version}", PaperSide.Across, typeof(TallyPrint),
        new Dictionary<string, object?> { [nameof(TallyPrint.View)] = view }, "tally-print", view.Lines.Count);
}

/// <summary>The notice of a meeting on paper, A4 upright, with the hash of its rules.</summary>
public static class NoticePaper
{
    public static PaperSheet Of(MeetingNoticeView view, Words words) => new(
        words["tally.notice"], view.Head.Body, $"{words["tally.notice"]}-{view.Head.Title}", PaperSide.Upright, typeof(NoticePrint),
        new Dictionary<string, object?> { [nameof(NoticePrint.View)] = view }, "tally-print", view.Agenda.Count);
}
