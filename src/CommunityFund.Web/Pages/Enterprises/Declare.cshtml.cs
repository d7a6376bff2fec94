using CommunityFund.Enterprises;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Enterprises;

/// <summary>S-T5: a period's figures and accounts, the questions that decide what the money is, and what it will come
/// to.</summary>
public sealed class DeclareModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public DeclareFields Form { get; set; } = new();

    public EnterpriseView? View { get; private set; }

    public DeclarationPreview? Preview { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostPreviewAsync()
    {
        await Load();
        if (Typed() is { } asked && await Enclose())
        {
            await Try(async () => Preview = await Session.Ask(
                new PreviewDeclared(Id, Form.Span, asked.From, asked.Turnover, asked.Profit, Form.GivenFor, Form.ByStake,
                    asked.Stated), Ct));
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        long declaration = 0;
        await Load();
        if (Typed() is { } asked && await Enclose() && await Try(async () => declaration = await Session.Run(new DeclarePeriod(
            FormKey, Id, Form.Span, asked.From, asked.Turnover, asked.Profit, Form.GivenFor, Form.ByStake, asked.Stated,
                Enclosed.Enclosures), Ct)))
        {
            Said = W["enterprises.said-declared"];
            return RedirectToPage("Declaration", new { id = declaration });
        }

        Unprocessable();
        return Page();
    }

    private (LocalDate From, Amount Turnover, Amount Profit, Amount? Stated)? Typed()
    {
        LocalDate from = Day("Form.From", Form.From);
        Amount turnover = AnyMoney("Form.Turnover", Form.Turnover), profit = AnyMoney("Form.Profit", Form.Profit);
        Amount? stated = string.IsNullOrWhiteSpace(Form.Stated) ? null : Money("Form.Stated", Form.Stated);
        return ModelState.IsValid ? (from, turnover, profit, stated) : null;
    }

    private Task Load() => Try(async () => View = await Session.Ask(new EnterprisePage(Id), Ct));
}

/// <summary>What is typed for a declaration.</summary>
public sealed record DeclareFields
{
    public DeclaredSpan Span { get; init; } = DeclaredSpan.Quarter;

    public string? From { get; init; }

    public string? Turnover { get; init; }

    public string? Profit { get; init; }

    public GivenFor GivenFor { get; init; }

    public bool ByStake { get; init; }

    public string? Stated { get; init; }
}
