using CommunityFund.Books;
using CommunityFund.Funds.Purposes;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>Opens a change of purpose: which gifts, which new words, on what ground.</summary>
public sealed class NewPurposeModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    [BindProperty]
    public PurposeForm Form { get; set; } = new();

    public PurposeChoicesView? Choices { get; private set; }

    public string FiledType => TypeOf(Form.FiledOn);

    public string FromType => TypeOf(Form.From);

    public string UntilType => TypeOf(Form.Until);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate? filed = Day("Form.FiledOn", Form.FiledOn), from = Day("Form.From", Form.From), until = Day("Form.Until",
            Form.Until);
        long change = 0;
        OpenPurposeChange command = new(FormKey, Id, Form.Reason ?? "", Form.Basis, Form.Filing ?? "", filed, Form.Lots,
            [.. Words(from, until)], Form.LiftsPrincipal);
        if (ModelState.IsValid && await Try(async () => change = await Session.Run(command, Ct)))
        {
            Said = W["purpose.said-opened"];
            return RedirectToPage("Purpose", new { id = change });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private IEnumerable<NewWords> Words(LocalDate? from, LocalDate? until)
    {
        if (!string.IsNullOrWhiteSpace(Form.Purpose))
        {
            yield return new NewWords(ClauseKind.Purpose, Form.Purpose, Classes: Form.Classes);
        }

        if (!string.IsNullOrWhiteSpace(Form.Area))
        {
            yield return new NewWords(ClauseKind.Area, Form.Area,
                Communities: (Form.Communities ?? "").Split([',', '，', '、', ';', '；'],
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        if (!string.IsNullOrWhiteSpace(Form.Period))
        {
            yield return new NewWords(ClauseKind.Period, Form.Period, from, until);
        }
    }

    private LocalDate? Day(string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null : Read<LocalDate?>(field, () => DayText.Read(typed));

    private Task Load() => Try(async () => Choices = await Session.Ask(new PurposeChoices(Id), Ct));
}

/// <summary>What is typed for a change of purpose.</summary>
public sealed record PurposeForm
{
    public List<long> Lots { get; init; } = [];

    public string? Reason { get; init; }

    public PurposeBasis Basis { get; init; }

    public string? Filing { get; init; }

    public string? FiledOn { get; init; }

    public string? Purpose { get; init; }

    public List<string> Classes { get; init; } = [];

    public string? Area { get; init; }

    public string? Communities { get; init; }

    public string? Period { get; init; }

    public bool LiftsPrincipal { get; init; }

    public string? From { get; init; }

    public string? Until { get; init; }
}
