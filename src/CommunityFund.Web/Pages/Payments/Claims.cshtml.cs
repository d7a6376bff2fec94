using CommunityFund.Books;
using CommunityFund.Payments;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>Claims and bills: one's own, and those to be moved on.</summary>
public sealed class ClaimsModel : FundPage
{
    public IReadOnlyList<DebtItem>? Debts { get; private set; }

    public bool MayBill { get; private set; }

    public async Task OnGetAsync()
    {
        MayBill = (await WhoAmI()).Is(Role.Accountant);
        await Try(async () => Debts = await Session.Ask(new DebtList(), Ct));
    }
}
