using CommunityFund.People;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.People;

/// <summary>Who signs in here, with which roles.</summary>
public sealed class IndexModel : FundPage
{
    private const int Shown = 50;

    public SignInPeople? People { get; private set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public string? P { get; set; }

    public Pager Pager => new(PageNumber, Shown, People?.Total ?? 0);

    private int PageNumber =>
        int.TryParse(P, System.Globalization.CultureInfo.InvariantCulture, out int page) ? Math.Clamp(page, 1, 100_000) : 1;

    public Task OnGetAsync() => Try(async () => People = await Session.Ask(new PeopleList(PageNumber, Shown), Ct));
}
