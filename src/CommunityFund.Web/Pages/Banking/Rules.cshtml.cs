using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>认领规则: what is proposed for lines that look alike.</summary>
public sealed class RulesModel : FundPage
{
    public IReadOnlyList<BankRuleItem>? Rules { get; private set; }

    public bool MayChange { get; private set; }

    public async Task OnGetAsync()
    {
        MayChange = (await WhoAmI()).Is(Role.Accountant);
        await Try(async () => Rules = await Session.Ask(new BankRuleList(), Ct));
    }
}
