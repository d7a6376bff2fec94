using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>One more clause from outside, for the gifts to come.</summary>
public sealed class ClauseModel : FundPage
{
    private static readonly char[] Separators = ['、', '，', ',', ';', '；'];

    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    [BindProperty]
    public ClauseForm Form { get; set; } = new();

    public FundExplanation? Fund { get; private set; }

    public string FromType => TypeOf(Form.From);

    public string UntilType => TypeOf(Form.Until);

    public string InForceType => TypeOf(Form.InForceFrom);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        LocalDate? from = Day("Form.From", Form.From), until = Day("Form.Until", Form.Until);
        LocalDate? inForce = Form.Scope == "all"
            ? Read<LocalDate?>("Form.InForceFrom", () => DayText.Read(Form.InForceFrom)) : null;
        await Load();
        if (!ModelState.IsValid)
        {
            Unprocessable();
            return Page();
        }

        AddClause command = new(FormKey, Id, Form.Kind, Form.Words ?? "", Form.Source ?? "", from, until, inForce,
            Form.Classes, (Form.Communities ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (!await Try(() => Session.Run(command, Ct)))
        {
            return Page();
        }

        Said = W["clause.said"];
        return RedirectToPage("Show", new { id = Id });
    }

    private LocalDate? Day(string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null : Read<LocalDate?>(field, () => DayText.Read(typed));

    private Task Load() => Try(async () => Fund = await Session.Ask(new FundExplained(Id), Ct));
}

/// <summary>What is typed for a clause.</summary>
public sealed record ClauseForm
{
    public ClauseKind Kind { get; init; }

    public string? Words { get; init; }

    public string? Source { get; init; }

    public string? From { get; init; }

    public string? Until { get; init; }

    public string? Scope { get; init; }

    public string? InForceFrom { get; init; }

    /// <summary>Keys of project classes.</summary>
    public List<string> Classes { get; init; } = [];

    public string? Communities { get; init; }
}
