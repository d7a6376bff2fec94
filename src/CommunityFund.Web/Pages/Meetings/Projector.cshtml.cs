using CommunityFund.Grants.Meetings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Meetings;

/// <summary>The wall of the room: a project with its clocks, who has voted, and after the count the ranking.</summary>
public sealed class ProjectorModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Grant { get; set; }

    /// <summary>The ranking rather than a project, once there is one.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Ranking { get; set; }

    /// <summary>Where voters find their page.</summary>
    public string Host => Request.Host.Value ?? "";

    public WallView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new ProjectorWall(Id, Grant), Ct));
}
