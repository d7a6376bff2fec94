using CommunityFund.TimeBank;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Activities;

/// <summary>Proposes how many minutes a booked record should have had; another coordinator agrees.</summary>
public sealed class CorrectModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public long Record { get; set; }

    [BindProperty]
    public string? Minutes { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public ActivityPageView? View { get; private set; }

    /// <summary>Whose record it is.</summary>
    public ActivityPerson? Of { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        int minutes = Read(nameof(Minutes), () => HoursText.Read(Minutes));
        if (ModelState.IsValid && await Try(() => Session.Run(new ProposeCorrection(FormKey, Record, minutes, Reason ?? ""), Ct)))
        {
            Said = W["activities.said-correction"];
            return RedirectToPage("Show", new { id = Id });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        for (int page = 1; Of is null && (View is null || (page - 1) * View.PageSize < View.Total); page++)
        {
            View = await Session.Ask(new ActivityPage(Id, PeopleShown.All, page), Ct);
            Of = View.People.FirstOrDefault(person => person.Record?.Id == Record);
        }
    });
}
