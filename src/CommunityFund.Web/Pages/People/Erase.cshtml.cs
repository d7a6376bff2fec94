using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.People;

/// <summary>Somebody asked to be forgotten: who it is, until when the law keeps the name, and letting it go.</summary>
public sealed class EraseModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    public IReadOnlyList<PersonToErase> Found { get; private set; } = [];

    public LocalDate Today { get; private set; }

    /// <summary>What was refused first.</summary>
    public Refusal? Shown { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync(long person)
    {
        if (await Try(() => Session.Run(new ErasePerson(FormKey, person), Ct)))
        {
            Said = W["erase.done"];
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    private async Task Load()
    {
        Refusal? before = Refusal;
        await Try(async () =>
        {
            Today = (await WhoAmI()).Today;
            Found = await Session.Ask(new ErasureSearch(Name ?? ""), Ct);
        });
        Shown = before ?? Refusal;
    }
}
