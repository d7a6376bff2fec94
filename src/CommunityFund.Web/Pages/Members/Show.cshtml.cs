using CommunityFund.Books;
using CommunityFund.TimeBank.Members;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Members;

/// <summary>One member: who is close, what the person holds, the card.</summary>
public sealed class ShowModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public MemberFactsForm Facts { get; set; } = new();

    public MemberView? View { get; private set; }

    /// <summary>The form that was sent, so that it stays open.</summary>
    public string? Open { get; private set; }

    public async Task OnGetAsync()
    {
        await Load();
        if (View is { } view)
        {
            Facts = new MemberFactsForm
            {
                Community = view.Community,
                Household = view.Household,
                BornOn = view.BornOn is { } born ? LocalDatePattern.Iso.Format(born) : "",
                GuardianNumber = view.Guardian?.Number,
            };
        }
    }

    public async Task<IActionResult> OnPostChangeAsync()
    {
        LocalDate? born = Read("Facts.BornOn", Facts.Born);
        return await Do("change", "members.said-changed", async () =>
        {
            int programme = (await Session.Ask(new MemberSheet(Id), Ct)).Programme;
            return await Session.Run(new ChangeMember(FormKey, Id, Facts.Community ?? "", Facts.Household ?? "",
                await Facts.Guardian(Session, programme, Ct), born), Ct);
        });
    }

    public Task<IActionResult> OnPostCardAsync() => Do("card", "members.said-reissued", () => Session.Run(new ReissueCard(FormKey, Id), Ct));

    public Task<IActionResult> OnPostEndAsync() => Do("end", "members.said-ended", () => Session.Run(new EndMember(FormKey, Id), Ct));

    public Task<IActionResult> OnPostAgainAsync() => Do("again", "members.said-again", () => Session.Run(new ReadmitMember(FormKey, Id), Ct));

    private async Task<IActionResult> Do(string form, string said, Func<Task<Done>> command)
    {
        Open = form;
        if (ModelState.IsValid && await Try(command))
        {
            Said = W[said];
            return RedirectToPage(new { id = Id });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new MemberSheet(Id), Ct));
}
