using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>One agreement: its terms, what came in under it, the reports it promises.</summary>
public sealed class AgreementModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Reply { get; set; }

    [BindProperty]
    public string? DueOn { get; set; }

    [BindProperty]
    public string? SentOn { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    public AgreementView? Agreement { get; private set; }

    public DonationRegister? Gifts { get; private set; }

    public string SentType => TypeOf(SentOn);

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostConfirmAsync() => Do("promise.said-confirmed", () => Session.Run(new ConfirmAgreement(FormKey, Id), Ct));

    public Task<IActionResult> OnPostDropAsync() => Do("promise.said-dropped", () => Session.Run(new DropAgreement(FormKey, Id, Reply ?? ""), Ct));

    public async Task<IActionResult> OnPostReportAsync()
    {
        LocalDate due = Read(nameof(DueOn), () => DayText.Read(DueOn)), sent = Read(nameof(SentOn), () => DayText.Read(SentOn));
        if (ModelState.IsValid)
        {
            return await Do("agreement.said-reported", () => Session.Run(new NoteReport(FormKey, Id, due, sent, Note ?? ""), Ct));
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private async Task<IActionResult> Do(string said, Func<Task> command)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage("Agreement", new { id = Id });
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () =>
    {
        Agreement = await Session.Ask(new AgreementPage(Id), Ct);
        Gifts = await Session.Ask(new DonationList(Agreement: Id), Ct);
    });
}
