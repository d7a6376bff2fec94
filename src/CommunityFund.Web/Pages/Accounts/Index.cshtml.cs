using CommunityFund.Accounts;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Accounts;

/// <summary>The chart of accounts in force today, class by class, or what fits a search.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    public IReadOnlyList<IGrouping<AccountClass, ChartAccount>> Classes { get; private set; } = [];

    public IReadOnlyDictionary<int, ChartAccount> ById { get; private set; } = new Dictionary<int, ChartAccount>();

    public bool MayAdd { get; private set; }

    public string Sought => (Q ?? "").Trim();

    /// <summary>How many accounts stand above this one.</summary>
    public int Depth(ChartAccount account) =>
        account.ParentId is { } parent && ById.TryGetValue(parent, out ChartAccount? above) ? Depth(above) + 1 : 0;

    public async Task OnGetAsync()
    {
        Identity who = await WhoAmI();
        MayAdd = who.Is(Role.Accountant, Role.Admin);
        Chart chart = await Session.Ask(new AccountList(who.Today), Ct);
        ById = chart.Accounts.ToDictionary(account => account.AccountId);
        Classes = [.. chart.Accounts.Where(Fits).GroupBy(account => account.Account.Class).OrderBy(group => group.Key)];
    }

    private bool Fits(ChartAccount account) => Sought.Length == 0
        || account.Code.StartsWith(Sought, StringComparison.Ordinal)
        || account.NameZh.Contains(Sought, StringComparison.Ordinal)
        || account.NameEn.Contains(Sought, StringComparison.OrdinalIgnoreCase)
        || account.Pinyin.Contains(Sought, StringComparison.OrdinalIgnoreCase);
}
