using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>捐赠协议: those that wait for a second person first, then those with a report that is due.</summary>
public sealed class AgreementsModel : FundPage
{
    public IReadOnlyList<AgreementItem>? Rows { get; private set; }

    public bool Keeps { get; private set; }

    public Task OnGetAsync() => Try(async () =>
    {
        Rows = await Session.Ask(new AgreementList(), Ct);
        Keeps = (await WhoAmI()).Is(Role.Accountant);
    });
}
