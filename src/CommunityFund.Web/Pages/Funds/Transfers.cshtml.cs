using CommunityFund.Funds;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>Transfers between funds: those that wait first.</summary>
public sealed class TransfersModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int? Fund { get; set; }

    public IReadOnlyList<TransferView> Transfers { get; private set; } = [];

    public bool MayPropose { get; private set; }

    public async Task OnGetAsync()
    {
        MayPropose = (await WhoAmI()).Is([.. FundSigners.Signing]);
        await Try(async () => Transfers = await Session.Ask(new TransferList(Fund), Ct));
    }
}
