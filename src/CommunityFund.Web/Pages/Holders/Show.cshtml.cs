using CommunityFund.Books;
using CommunityFund.TimeBank.Holders;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Holders;

/// <summary>One holder as staff sees it: the passbook, its papers, and what is done for somebody without a phone.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest)]
[RequestFormLimits(MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class ShowModel(IConfiguration settings) : FundPage
{
    private const int First = 200001;

    [BindProperty(SupportsGet = true)]
    public long Person { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Month { get; set; }

    [BindProperty]
    public string? To { get; set; }

    [BindProperty]
    public string? Hours { get; set; }

    [BindProperty]
    public string? Minutes { get; set; }

    [BindProperty]
    public string? Why { get; set; }

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    [BindProperty]
    public string? Kind { get; set; }

    [BindProperty]
    public string? GrantHours { get; set; }

    [BindProperty]
    public string? GrantMinutes { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    [BindProperty]
    public string? From { get; set; }

    [BindProperty]
    public string? Until { get; set; }

    [BindProperty]
    public long Entry { get; set; }

    [BindProperty]
    public string? UndoReason { get; set; }

    public HolderView? View { get; private set; }

    /// <summary>Which form stays open after it was refused.</summary>
    public string Doing { get; private set; } = "";

    public string TypeFrom => TypeOf(From);

    public string TypeUntil => TypeOf(Until);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostGiveAsync()
    {
        Doing = "give";
        long minutes = Time(nameof(Hours), Hours, nameof(Minutes), Minutes);
        return await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct)) && ModelState.IsValid
            ? await Did("holders.said-given", () => Session.Run(new GiveHoursFor(
                FormKey, Person, To ?? "", minutes, Codes.Find<HourReason>(Why ?? "") ?? HourReason.Help,
                Enclosed.Enclosures), Ct))
            : await Again();
    }

    public async Task<IActionResult> OnPostProposeAsync()
    {
        Doing = "propose";
        long minutes = Time(nameof(GrantHours), GrantHours, nameof(GrantMinutes), GrantMinutes);
        return ModelState.IsValid ? await Did("holders.said-proposed", () => Session.Run(new ProposeHourGrant(
            FormKey, Codes.Find<HourGrantKind>(Kind ?? "") ?? HourGrantKind.Started, Person, minutes, Reason ?? ""), Ct)) : await Again();
    }

    public Task<IActionResult> OnPostUndoAsync()
    {
        Doing = "undo";
        return Did("holders.said-proposed", () => Session.Run(new ProposeUndo(FormKey, Entry, UndoReason ?? ""), Ct));
    }

    public async Task<IActionResult> OnPostCertificateAsync()
    {
        Doing = "certificate";
        LocalDate? from = Read("From", () => (LocalDate?)DayText.Read(From)), until = Read("Until", () => (LocalDate?)DayText.Read(Until));
        return from is { } first && until is { } last
            ? await Did("passbook.said-certificate", () => Session.Run(new IssueCertificate(FormKey, Person, first, last), Ct)) : await Again();
    }

    public async Task<IActionResult> OnGetPassbookAsync()
    {
        await Load();
        return await TakePdf(async () => HolderPaper.Passbook(await Session.Download(new HolderStatement(Person, First, Today), Ct), W));
    }

    public async Task<IActionResult> OnGetStatementAsync()
    {
        await Load();
        int month = View?.Book.Month.Number ?? 0;
        return await TakePdf(async () => HolderPaper.Statement(await Session.Download(new HolderStatement(Person, month, month), Ct), W));
    }

    public async Task<IActionResult> OnGetCertificateAsync(long id)
    {
        await Load();
        string site = settings["PublicAddress"] is { Length: > 0 } set ? set : $"{Request.Scheme}://{Request.Host}";
        return await TakePdf(async () => ServiceCertificatePaper.Of(await Session.Download(new HolderCertificate(id), Ct), site, W));
    }

    private long Time(string hoursField, string? hours, string minutesField, string? minutes) =>
        Read(hoursField, () => TypedTime.Hours(hours)) + Read(minutesField, () => TypedTime.Minutes(minutes));

    private int Today => View is { } view ? (view.Book.Today.Year * 100) + view.Book.Today.Month : 0;

    private async Task<IActionResult> Did(string said, Func<Task> act)
    {
        if (await Try(act))
        {
            Said = W[said];
            return RedirectToPage(new { Person });
        }

        return await Again();
    }

    private async Task<IActionResult> Again()
    {
        var no = Refusal;
        Unprocessable();
        await Load();
        Refusal = no ?? Refusal;
        return Page();
    }

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new HolderPage(Person, Month), Ct));
        if (View is { } view)
        {
            From ??= LocalDatePattern.Iso.Format(new LocalDate(view.Book.Today.Year, 1, 1));
            Until ??= LocalDatePattern.Iso.Format(view.Book.Today);
        }
    }
}
