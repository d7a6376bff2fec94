using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Reconciliation;

/// <summary>Where each bank account stands with its statement, and what was reconciled.</summary>
public sealed class IndexModel : FundPage
{
    public ReconciliationRows? Rows { get; private set; }

    public bool Keeps { get; private set; }

    public async Task OnGetAsync()
    {
        Keeps = (await WhoAmI()).Is(Role.Accountant);
        await Try(async () => Rows = await Session.Ask(new ReconciliationList(), Ct));
    }
}
