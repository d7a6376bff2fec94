using CommunityFund.Grants.Meetings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Meetings;

/// <summary>The notice of a meeting, to print and hang.</summary>
public sealed class NoticeModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Where { get; set; }

    public MeetingNoticeView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAsync() => Do(async () =>
    {
        await Session.Run(new PublishMeetingNotice(FormKey, Id, Where ?? ""), Ct);
        return "meeting.said-noticed";
    }, Load, new { id = Id });

    public Task<IActionResult> OnGetPdfAsync() =>
        TakePdf(async () => NoticePaper.Of(View = await Session.Download(new MeetingNotice(Id), Ct), W));

    private Task Load() => Try(async () => View = await Session.Ask(new MeetingNotice(Id), Ct));
}
