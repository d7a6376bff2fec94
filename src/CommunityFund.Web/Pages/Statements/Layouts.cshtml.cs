using CommunityFund.Books;
using CommunityFund.Statements;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>The files that statements are laid down in.</summary>
public sealed class LayoutsModel : FundPage
{
    public IReadOnlyList<LayoutFile>? Files { get; private set; }

    public bool MaySet { get; private set; }

    public Task OnGet() => Try(async () =>
    {
        Files = await Session.Ask(new LayoutList(), Ct);
        MaySet = (await WhoAmI()).Is(Role.Accountant);
    });

    public static string NameOf(string standard) => Standards.Find(standard) is { } known ? new Bilingual(known.NameZh, known.NameEn).ToString() : standard;
}
