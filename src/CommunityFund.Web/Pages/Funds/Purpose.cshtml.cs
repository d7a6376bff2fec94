using CommunityFund.Books;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>One change of purpose: what each donor said, who agreed, and what comes next.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest)]
[RequestFormLimits(MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class PurposeModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public ConsentForm Form { get; set; } = new();

    [BindProperty]
    public string? Reply { get; set; }

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    public PurposeChangeView? Case { get; private set; }

    public string SaidType => TypeOf(Form.SaidOn);

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnGetPdfAsync() => TakePdf(async () =>
        PurposePaper.Of(Case = await Session.Download(new PurposeChangePage(Id), Ct), W));

    public async Task<IActionResult> OnPostNoteAsync()
    {
        Amount? amount = string.IsNullOrWhiteSpace(Form.Amount) ? null : Read("Form.Amount",
            () => AmountText.ReadPositive(Form.Amount));
        LocalDate day = Read("Form.SaidOn", () => DayText.Read(Form.SaidOn));
        if (!ModelState.IsValid)
        {
            Unprocessable();
            await Load();
            return Page();
        }

        return await Do("purpose.said-noted", () => Session.Run(
            new NoteConsent(FormKey, Id, Form.Lot ?? 0, Form.Answer, amount, day, Form.Way, Form.Document ?? ""), Ct));
    }

    public Task<IActionResult> OnPostAgreeAsync() => Do("purpose.said-agreed",
        () => Session.Run(new AgreePurposeChange(FormKey, Id), Ct));

    public Task<IActionResult> OnPostRefuseAsync() =>
        Do("purpose.said-refused", () => Session.Run(new RefusePurposeChange(FormKey, Id, Reply ?? ""), Ct));

    public Task<IActionResult> OnPostWithdrawAsync() => Do("purpose.said-withdrawn",
        () => Session.Run(new WithdrawPurposeChange(FormKey, Id), Ct));

    public async Task<IActionResult> OnPostPrepareAsync()
    {
        if (!await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct)) || !ModelState.IsValid)
        {
            Unprocessable();
            await Load();
            return Page();
        }

        return await Do("transfer.said-prepared", () => Session.Run(new PreparePurposeChange(FormKey, Id, Enclosed.Enclosures),
            Ct));
    }

    private async Task<IActionResult> Do(string said, Func<Task> command)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage("Purpose", new { id = Id });
        }

        await Load();
        return Page();
    }

    private Task Load() => Try(async () => Case = await Session.Ask(new PurposeChangePage(Id), Ct));
}

/// <summary>What is typed of a donor's answer.</summary>
public sealed record ConsentForm
{
    public long? Lot { get; init; }

    public ConsentAnswer Answer { get; init; }

    public string? Amount { get; init; }

    public string? SaidOn { get; init; }

    public ConsentWay Way { get; init; }

    public string? Document { get; init; }
}
