using CommunityFund.Books;
using CommunityFund.ChangeOver;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.ChangeOver;

/// <summary>新旧科目对照表: every account of the old chart beside what it is in the new one.</summary>
public sealed class MappingModel : FundPage
{
    public StandardMapping? Mapping { get; private set; }

    public Task OnGetAsync() => Try(async () => Mapping = await Session.Ask(new MappingTable(), Ct));
}
