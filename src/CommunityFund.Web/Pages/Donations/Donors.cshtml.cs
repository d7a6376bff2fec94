using CommunityFund.Donations;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>捐赠人名册.</summary>
public sealed class DonorsModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public DonorPageOf? Found { get; private set; }

    public Pager Pager => new(Number, DonorList.Shown, Found!.Total);

    public Task OnGetAsync()
    {
        Number = Math.Clamp(Number, 1, 1_000_000);
        return Try(async () => Found = await Session.Ask(new DonorList(Name, Number), Ct));
    }
}
