using CommunityFund.Grants.Meetings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Meetings;

/// <summary>Slips with number and code, to print, cut and hand out. What leaves as codes is proved and logged as a download.</summary>
public sealed class SlipsModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public SlipsView? View { get; private set; }

    public string VoteAddress => $"{Request.Scheme}://{Request.Host}/Vote";

    public Task OnGetAsync() => Try(async () => View = await Session.Download(new VoterSlips(Id), Ct));
}
