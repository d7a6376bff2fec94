using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>Enters income and net assets of a year before the books began; another person confirms them.</summary>
public sealed class EnterYearModel : FundPage
{
    [BindProperty]
    public EarlierYearForm Form { get; set; } = new();

    public LawRatioView? View { get; private set; }

    public async Task OnGetAsync()
    {
        await Load();
        if (View is { } view)
        {
            int year = view.Missing.FirstOrDefault(missing => missing <= view.MayEnterUpTo);
            Form = new EarlierYearForm { Year = StatementForm.Number(year > 0 ? year : view.MayEnterUpTo) };
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        int? year = Read("Form.Year", () => StatementForm.Whole(Form.Year) ?? throw new RefusedException(
            LedgerHead.NotANumber, ("typed", Form.Year)));
        Amount? income = Read("Form.Income", () => AmountText.Read(Form.Income));
        Amount? netAssets = Read("Form.NetAssets", () => AmountText.Read(Form.NetAssets));
        Amount? barred = Read("Form.Barred", () => OrNone(Form.Barred)), freed = Read("Form.Freed", () => OrNone(Form.Freed));
        if (!ModelState.IsValid || year is null || income is null || netAssets is null || barred is null || freed is null)
        {
            Unprocessable();
        }
        else if (await Try(() => Session.Run(
            new EnterLawBase(FormKey, year.Value, income, barred, freed, netAssets, Form.Source ?? ""), Ct)))
        {
            Said = W["ratios.said-entered", year.Value];
            return RedirectToPage("Ratios");
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no ?? Refusal;
        return Page();
    }

    private static Amount OrNone(string? typed) => string.IsNullOrWhiteSpace(typed) ? Amount.Fen(0) : AmountText.Read(typed);

    private Task Load() => Try(async () => View = await Session.Ask(new LawRatios(null), Ct));
}

/// <summary>What is typed of an earlier year.</summary>
public sealed record EarlierYearForm
{
    public string? Year { get; init; }

    public string? Income { get; init; }

    public string? Barred { get; init; }

    public string? Freed { get; init; }

    public string? NetAssets { get; init; }

    public string? Source { get; init; }
}
