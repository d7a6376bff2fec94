using CommunityFund.Banking;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>Lines that may be here twice: a person says which.</summary>
public sealed class DoublesModel : FundPage
{
    [BindProperty]
    public long Line { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public DoubtfulItems? Lines { get; private set; }

    public Pager Pager => new(Number, DoubtfulLines.PageSize, Lines!.Total);

    public Task OnGetAsync()
    {
        Number = Math.Clamp(Number, 1, 1_000_000);
        return Try(Show);
    }

    public Task<IActionResult> OnPostSameAsync() => Decide(isSame: true);

    public Task<IActionResult> OnPostBothAsync() => Decide(isSame: false);

    private async Task<IActionResult> Decide(bool isSame)
    {
        if (await Try(() => Session.Run(new DecideDouble(FormKey, Line, isSame), Ct)))
        {
            Said = W[isSame ? "bank-doubles.was-same" : "bank-doubles.was-both"];
            return RedirectToPage(new { p = Number });
        }

        await Show();
        return Page();
    }

    private async Task Show() => Lines = await Session.Ask(new DoubtfulLines(Number), Ct);
}
