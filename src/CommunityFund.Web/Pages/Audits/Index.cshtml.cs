using CommunityFund.Audits;
using CommunityFund.Books;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Audits;

/// <summary>The remarks on vouchers, overdue ones first.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    public RemarkState? Shown => Codes.Find<RemarkState>(State ?? "");

    public RemarkListView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new RemarkList(Shown), Ct));
}
