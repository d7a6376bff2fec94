using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Redemption;

/// <summary>Merchants where points are redeemed, with what is owed to them.</summary>
public sealed class MerchantsModel : FundPage
{
    public IReadOnlyList<MerchantRow>? Rows { get; private set; }

    public Task OnGetAsync() => Try(async () => Rows = await Session.Ask(new MerchantList(), Ct));
}
