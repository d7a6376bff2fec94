using CommunityFund.TimeBank.Exchange;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Exchange;

/// <summary>What neighbours ask for, by where it stands; what is urgent on top.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    public ExchangeBoardView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new ExchangeBoard(Programme), Ct));
}
