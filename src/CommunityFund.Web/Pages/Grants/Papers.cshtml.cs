using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants.Applications;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>附件.</summary>
public sealed class PapersModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public long Paper { get; set; }

    public SectionView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostAddAsync() => Do(async () =>
    {
        await Session.Run(new AttachToApplication(FormKey, Id, Enclosed.Enclosures), Ct);
        return "apply.said-attached";
    }, Load, new { id = Id });

    public Task<IActionResult> OnPostRemoveAsync() => Do(async () =>
    {
        await Session.Run(new RemovePaper(FormKey, Id, Paper), Ct);
        return "apply.said-removed";
    }, Load, new { id = Id });

    /// <summary>A paper as a download and never as a page.</summary>
    public async Task<IActionResult> OnGetFileAsync(long paper)
    {
        FiledPaper? file = null;
        return await Try(async () => file = await Session.Ask(new ReadApplicationPaper(Id, paper), Ct))
            ? this.Download(file!.Name, file.Format, file.Content) : Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new WriteSection(Id, SectionKind.Papers), Ct));
}
