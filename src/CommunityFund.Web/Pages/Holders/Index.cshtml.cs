using CommunityFund.TimeBank.Holders;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Holders;

/// <summary>Holders of a time bank, and what waits for a second coordinator.</summary>
public sealed class IndexModel : FundPage
{
    private const int Size = 50;

    [BindProperty(SupportsGet = true)]
    public int? Programme { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public HolderDeskView? View { get; private set; }

    public Pager Pager => new(Number, Size, View!.Total);

    public Task OnGetAsync()
    {
        ModelState.Clear();
        return Load();
    }

    public Task<IActionResult> OnPostGrantAsync(long id, bool agrees) => Decided(
        () => Session.Run(new DecideHourGrant(FormKey, id, agrees), Ct), agrees ? "holders.said-granted" : "holders.said-dropped");

    public Task<IActionResult> OnPostUndoAsync(long id, bool agrees) => Decided(
        () => Session.Run(new DecideUndo(FormKey, id, agrees), Ct), agrees ? "holders.said-undone" : "holders.said-dropped");

    private async Task<IActionResult> Decided(Func<Task> decide, string said)
    {
        if (await Try(decide))
        {
            Said = W[said];
            return RedirectToPage(new { Programme });
        }

        var no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private Task<bool> Load()
    {
        Number = Math.Clamp(Number, 1, 1_000_000);
        return Try(async () => View = await Session.Ask(new HolderDesk(Programme, Search ?? "", Number, Size), Ct));
    }
}
