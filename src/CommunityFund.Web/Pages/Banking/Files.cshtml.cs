using System.Globalization;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>Files that were imported, and the way to take one back.</summary>
public sealed class FilesModel : FundPage
{
    [BindProperty]
    public long FileId { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Account { get; set; }

    public IReadOnlyList<ImportedFile>? Files { get; private set; }

    public bool MayUndo { get; private set; }

    public string Count(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public Task OnGetAsync() => Try(Show);

    public async Task<IActionResult> OnPostUndoAsync()
    {
        int gone = 0;
        if (await Try(async () => gone = await Session.Run(new UndoImport(FormKey, FileId), Ct)))
        {
            Said = W["bank-files.was-undone", gone];
            return RedirectToPage(new { Account });
        }

        await Show();
        return Page();
    }

    private async Task Show()
    {
        MayUndo = (await WhoAmI()).Is(Role.Accountant);
        Files = await Session.Ask(new ImportedFiles(Account), Ct);
    }
}
