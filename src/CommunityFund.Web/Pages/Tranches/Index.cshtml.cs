using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Tranches;

/// <summary>用款: the tranches of one's grants as cards, on a phone first.</summary>
public sealed class IndexModel : FundPage
{
    /// <summary>One grant; null for all that are one's own.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Grant { get; set; }

    public IReadOnlyList<TrancheGrant>? Grants { get; private set; }

    /// <summary>Whether the reader belongs to those who check and approve, and has the list of those.</summary>
    public bool HasList { get; private set; }

    public async Task OnGetAsync()
    {
        await Try(async () => Grants = await Session.Ask(new TrancheCards(Grant), Ct));
        HasList = (await WhoAmI()).Is([.. CommunityFund.Grants.GrantRoles.Office, Role.Cashier]);
    }
}
