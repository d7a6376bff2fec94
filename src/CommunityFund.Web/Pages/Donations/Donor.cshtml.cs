using CommunityFund.Donations;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>One donor: what the register says, what was given, what was agreed.</summary>
public sealed class DonorModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public DonorView? Donor { get; private set; }

    public Task OnGetAsync() => Try(async () => Donor = await Session.Ask(new DonorPage(Id), Ct));
}
