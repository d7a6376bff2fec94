using CommunityFund.Ledger;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>What neighbours need: community and kind of service, and a button to offer.</summary>
public sealed class OffersModel : MemberPage
{
    public IReadOnlyList<NeedRow>? Needs { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostOfferAsync(long id) => Do("swap.said-offered", () => Holder.Run(new OfferService(FormKey, Pass, id), Ct));

    public Task<IActionResult> OnPostWithdrawAsync(long id) => Do("swap.said-withdrawn", () => Holder.Run(new WithdrawOffer(FormKey, Pass, id), Ct));

    private async Task<IActionResult> Do(string said, Func<Task> command)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage();
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private Task Load() => Try(async () => Needs = await Holder.Ask(new NeighbourNeeds(Pass), Ct));
}
