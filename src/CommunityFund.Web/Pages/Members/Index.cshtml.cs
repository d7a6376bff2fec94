using CommunityFund.TimeBank.Members;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Members;

/// <summary>参加人名册: who takes part in the time banks.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? Text { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Community { get; set; }

    [BindProperty(SupportsGet = true)]
    public MemberKind? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Left { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public MembersView? View { get; private set; }

    public Pager Pager => new(Number, MemberList.Shown, View!.Total);

    /// <summary>Whether anything was asked for.</summary>
    public bool IsNarrowed => Left || Number > 1 || Kind is not null || Programme is not null || !string.IsNullOrWhiteSpace($"{Text}{Community}");

    public Task OnGetAsync()
    {
        Number = Math.Clamp(Number, 1, 1_000_000);
        return Try(async () => View = await Session.Ask(new MemberList(Text, Community, Kind, Programme, Left, Number), Ct));
    }
}
