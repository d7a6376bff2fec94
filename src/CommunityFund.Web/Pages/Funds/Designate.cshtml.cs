using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>The board has set unrestricted money aside.</summary>
public sealed class DesignateModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    [BindProperty]
    public DesignationForm Form { get; set; } = new();

    public FundExplanation? Fund { get; private set; }

    public string DayType => TypeOf(Form.DecidedOn);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        Amount? amount = string.IsNullOrWhiteSpace(Form.Amount) ? null : Read("Form.Amount", () => AmountText.ReadPositive(Form.Amount));
        LocalDate day = Read("Form.DecidedOn", () => DayText.Read(Form.DecidedOn));
        await Load();
        if (!ModelState.IsValid)
        {
            Unprocessable();
            return Page();
        }

        DesignateMoney command = new(FormKey, Id, amount, Form.Purpose ?? "", Form.Resolution ?? "", day);
        if (!await Try(() => Session.Run(command, Ct)))
        {
            return Page();
        }

        Said = W["designation.said"];
        return RedirectToPage("Show", new { id = Id });
    }

    private Task Load() => Try(async () => Fund = await Session.Ask(new FundExplained(Id), Ct));
}

/// <summary>What is typed for a designation.</summary>
public sealed record DesignationForm
{
    public string? Purpose { get; init; }

    public string? Amount { get; init; }

    public string? Resolution { get; init; }

    public string? DecidedOn { get; init; }
}
