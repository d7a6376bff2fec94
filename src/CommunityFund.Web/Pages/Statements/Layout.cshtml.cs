using CommunityFund.Books;
using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>One file of statements: to read, to copy, and for the accountant to write.</summary>
public sealed class LayoutModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? Standard { get; set; }

    [BindProperty(SupportsGet = true, Name = "file")]
    public string? FileName { get; set; }

    [BindProperty]
    public string? Text { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public IReadOnlyList<LayoutFile> Files { get; private set; } = [];

    public bool MaySet { get; private set; }

    public IEnumerable<string> StandardKeys => Files.Select(file => file.Standard).Distinct(StringComparer.Ordinal);

    public async Task OnGet()
    {
        await Load();
        Text = Files.FirstOrDefault(file => file.Standard == Standard && file.File == FileName)?.Text;
        Standard ??= StandardKeys.FirstOrDefault();
    }

    public async Task<IActionResult> OnPost()
    {
        if (await Try(() => Session.Run(new SetStatementLayout(FormKey, Standard ?? "", FileName ?? "", Text ?? "", Reason ?? ""), Ct)))
        {
            Said = W["statements.layout-said"];
            return RedirectToPage("/Statements/Layouts");
        }

        await Load();
        return Page();
    }

    private async Task Load()
    {
        await Try(async () => Files = await Session.Ask(new LayoutList(), Ct));
        MaySet = (await WhoAmI()).Is(Role.Accountant);
    }
}
