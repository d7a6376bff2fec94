using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Funds;

public sealed class CreateModel : FundPage
{
    /// <summary>Kinds that are opened by hand.</summary>
    public static IReadOnlyList<FundKind> Kinds { get; } =
        [FundKind.Community, FundKind.Special, FundKind.Named, FundKind.Micro];

    public IReadOnlyList<FundNumber> Parents { get; private set; } = [];

    [BindProperty]
    public FundForm Form { get; set; } = new();

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        await Load();
        CreateFund command = new(
            FormKey, (Form.Code ?? "").Trim(), Form.Name ?? "", Codes.Find<FundKind>(Form.Kind ?? "") ?? FundKind.General,
            int.TryParse(Form.Parent, System.Globalization.CultureInfo.InvariantCulture, out int parent) ? parent : null,
            Codes.RestrictionOf(Form.Restriction ?? "") ?? Restriction.Unrestricted, Form.Clause ?? "");
        int fund = 0;
        if (!await Try(async () => fund = await Session.Run(command, Ct)))
        {
            return Page();
        }

        Said = W["fund.created", command.Name.Trim()];
        return RedirectToPage("Show", new { id = fund });
    }

    private Task<bool> Load() =>
        Try(async () => Parents = [.. (await Session.Ask(new FundNumbers(), Ct)).Where(fund => fund.IsOwn)]);
}

/// <summary>What is typed for a new fund.</summary>
public sealed record FundForm
{
    public string? Code { get; init; }

    public string? Name { get; init; }

    public string? Kind { get; init; } = Codes.Kebab(FundKind.Community);

    public string? Parent { get; init; }

    public string? Restriction { get; init; } = Codes.Of(Ledger.Restriction.Unrestricted);

    public string? Clause { get; init; }
}
