using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>Says what kind of body this is from a day on.</summary>
public sealed class SetBodyModel : FundPage
{
    [BindProperty]
    public BodyForm Form { get; set; } = new();

    public LawRatioView? View { get; private set; }

    public string SinceType => TypeOf(Form.Since);

    public async Task OnGetAsync()
    {
        await Load();
        if (View?.Profiles is [var last, ..])
        {
            Form = new BodyForm { Kind = last.Kind, IsCharity = last.IsCharity, RaisesPublicly = last.RaisesPublicly };
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate? since = Read("Form.Since", () => (LocalDate?)DayText.Read(Form.Since));
        if (!ModelState.IsValid || since is null)
        {
            Unprocessable();
        }
        else if (await Try(() => Session.Run(
            new SetBodyProfile(FormKey, Form.Kind, Form.RaisesPublicly, Form.IsCharity, since.Value, Form.Source ?? ""), Ct)))
        {
            Said = W["ratios.said-profile"];
            return RedirectToPage("Ratios");
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no ?? Refusal;
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new LawRatios(null), Ct));
}

/// <summary>What is typed of the body.</summary>
public sealed record BodyForm
{
    public BodyKind Kind { get; init; }

    public bool IsCharity { get; init; } = true;

    public bool RaisesPublicly { get; init; } = true;

    public string? Since { get; init; }

    public string? Source { get; init; }
}
