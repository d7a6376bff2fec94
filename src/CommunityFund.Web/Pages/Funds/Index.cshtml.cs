using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>The funds the reader's role reaches, as a tree.</summary>
public sealed class IndexModel : FundPage
{
    public IReadOnlyList<FundNumber> Funds { get; private set; } = [];

    public bool MayCreate { get; private set; }

    public bool OnlyGeneral => Funds.Count(fund => fund.IsOwn) == 1 && Funds.Any(fund => fund.Kind == FundKind.General);

    public async Task OnGetAsync()
    {
        MayCreate = (await WhoAmI()).Is(Role.Accountant, Role.Admin);
        await Try(async () => Funds = await Session.Ask(new FundNumbers(), Ct));
    }
}
