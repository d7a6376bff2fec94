using CommunityFund.TimeBank;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Activities;

/// <summary>历史时间: hours from before the programme, with the paper that proves them; another coordinator agrees.</summary>
public sealed class LegacyModel : RegisterPage
{
    [BindProperty]
    public int? Programme { get; set; }

    [BindProperty]
    public string? Card { get; set; }

    [BindProperty]
    public string? Service { get; set; }

    [BindProperty]
    public string? Minutes { get; set; }

    [BindProperty]
    public string? Until { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public ActivityOffer? Offer { get; private set; }

    public string DayType => TypeOf(Until);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        int minutes = Read(nameof(Minutes), () => HoursText.Read(Minutes));
        LocalDate until = Day(nameof(Until), Until);
        if (await Enclose() && await Try(async () =>
        {
            MemberChoice member = await Session.Ask(new MemberOfNumber(Programme ?? 0, Card ?? ""), Ct);
            await Session.Run(new EnterLegacyHours(
                FormKey, Programme ?? 0, member.Person, Service ?? "", minutes, until, Reason ?? "", Enclosed.Enclosures), Ct);
        }))
        {
            Said = W["activities.said-legacy"];
            return RedirectToPage("Disputes");
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load() => Try(async () => Offer = await Session.Ask(new ActivityChoices(), Ct));
}
