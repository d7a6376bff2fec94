using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.People;

/// <summary>One list of what is handed over: to read, to print, to sign.</summary>
public sealed class HandoverModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public HandoverView? View { get; private set; }

    public string Body { get; private set; } = "";

    /// <summary>What was refused first.</summary>
    public Refusal? Shown { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Try(() => Session.Run(new SignHandover(FormKey, Id), Ct)))
        {
            Said = W["handover.said-signed"];
            return RedirectToPage(new { id = Id });
        }

        await Load();
        return Page();
    }

    private async Task Load()
    {
        Refusal? before = Refusal;
        await Try(async () =>
        {
            View = await Session.Ask(new HandoverPage(Id), Ct);
            Body = (await WhoAmI()).Body;
        });
        Shown = before ?? Refusal;
    }
}
