using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Tranches;

/// <summary>申请用款: by lines of the agreed budget, with photographs of quotations.</summary>
public sealed class AskModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public string? Total { get; set; }

    [BindProperty]
    public string? Purpose { get; set; }

    /// <summary>代付: the foundation is to pay the supplier itself.</summary>
    [BindProperty]
    public bool IsPurchase { get; set; }

    /// <summary>What was typed beside each line, in the order of the page.</summary>
    [BindProperty]
    public List<string?> Lines { get; set; } = [];

    [BindProperty]
    public List<short> Numbers { get; set; } = [];

    public TrancheView? View { get; private set; }

    public async Task OnGetAsync()
    {
        await Load();
        Version = View?.Version ?? 0;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Amount total = Money(nameof(Total), Total);
        List<RequestLine> lines = [];
        foreach (var (typed, no) in Lines.Zip(Numbers))
        {
            lines.Add(new RequestLine(no, AnyMoney(nameof(Total), typed)));
        }

        if (ModelState.IsValid && await Enclose() && await Try(async () =>
        {
            await Session.Run(new RequestTranche(FormKey, Id, Version, total, lines, Purpose ?? "", Enclosed.Enclosures, IsPurchase), Ct);
            Said = W["tranches.said-asked"];
        }))
        {
            return RedirectToPage("Show", new { id = Id });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new TranchePage(Id), Ct));
}
