using CommunityFund.Checks;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Checks;

/// <summary>核查账目: the auditor's button. What it finds is shown and not kept.</summary>
public sealed class IndexModel : FundPage
{
    public CheckReport? Report { get; private set; }

    public string Seconds => Report is null ? ""
        : ((decimal)Report.Took.TotalMilliseconds / 1000).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);

    public void OnGet()
    {
        // Nothing is read before the button is pressed: a whole book is a lot to read.
    }

    public Task OnPost() => Try(async () => Report = await Session.Ask(new CheckBooks(), Ct));
}
