using CommunityFund.Audits;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Audits;

/// <summary>The samples drawn from what the reader reaches.</summary>
public sealed class SamplesModel : FundPage
{
    public SampleListView? View { get; private set; }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new SampleList(), Ct));
}
