using CommunityFund.Grants.Meetings;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Meetings;

/// <summary>The scoring meetings, the newest first.</summary>
public sealed class IndexModel : FundPage
{
    public MeetingsView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new MeetingList(), Ct));
}
