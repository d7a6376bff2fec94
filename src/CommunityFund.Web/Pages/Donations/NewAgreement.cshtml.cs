using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>What is typed for an agreement beside its clauses.</summary>
public sealed record AgreementForm
{
    public string? Number { get; init; }

    public string? Donor { get; init; }

    public PersonKind Kind { get; init; } = PersonKind.Organisation;

    public int? Fund { get; init; }

    public string? SignedOn { get; init; }

    public string? Promised { get; init; }

    public string? Fee { get; init; }

    public string? Honours { get; init; }

    public ReportEvery ReportEvery { get; init; }

    public string? ReportDays { get; init; }

    public string? Principal { get; init; }

    public string? Return { get; init; }
}

/// <summary>An agreement is written down for a second person to confirm.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest), RequestFormLimits(MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class NewAgreementModel : FundPage
{
    [BindProperty]
    public AgreementForm Form { get; set; } = new();

    [BindProperty]
    public ClausesForm Clauses { get; set; } = new();

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    public GiftOffer? Offer { get; private set; }

    public string SignedType => TypeOf(Form.SignedOn);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await Load() || !await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct)))
        {
            return Page();
        }

        LocalDate signed = Read("Form.SignedOn", () => DayText.Read(Form.SignedOn));
        Amount? promised = Money("Form.Promised", Form.Promised), principal = Money("Form.Principal", Form.Principal);
        IReadOnlyList<ClauseDraft> clauses = Clauses.Drafts(W, Day);
        decimal fee = 0;
        int days = 0;
        if (Form.Fee is { Length: > 0 } && !decimal.TryParse(Form.Fee.TrimEnd('%', '％'), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out fee))
        {
            ModelState.AddModelError("Form.Fee", W["form.number"]);
        }

        if (Form.ReportDays is { Length: > 0 } && !int.TryParse(Form.ReportDays, NumberStyles.None, CultureInfo.InvariantCulture, out days))
        {
            ModelState.AddModelError("Form.ReportDays", W["form.number"]);
        }

        long id = 0;
        if (ModelState.IsValid && await Try(async () => id = await Session.Run(
            new ProposeAgreement(
                FormKey, Form.Number ?? "", Form.Donor ?? "", Form.Kind, Form.Fund ?? 0, signed, promised, fee, Form.Honours ?? "", Form.ReportEvery,
                days, principal, Form.Return ?? "", clauses, Enclosed.Enclosures), Ct)))
        {
            Said = W["promise.said-written"];
            return RedirectToPage("Agreement", new { id });
        }

        Unprocessable();
        return Page();
    }

    private Amount? Money(string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null : Read(field, () => AmountText.ReadPositive(typed));

    private LocalDate? Day(string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null : Read<LocalDate?>(field, () => DayText.Read(typed));

    private Task<bool> Load() => Try(async () => Offer = await Session.Ask(new GiftChoices(), Ct));
}
