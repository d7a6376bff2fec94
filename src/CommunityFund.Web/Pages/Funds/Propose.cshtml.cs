using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>Proposes to hand money from one fund to another.</summary>
public sealed class ProposeModel : FundPage
{
    [BindProperty]
    public TransferForm Form { get; set; } = new();

    public IReadOnlyList<TransferFund> Funds { get; private set; } = [];

    public Task OnGetAsync(int? from)
    {
        Form = Form with { From = from };
        return Load();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        Amount? amount = Read("Form.Amount", () => AmountText.ReadPositive(Form.Amount));
        if (Form.To is null)
        {
            ModelState.AddModelError("Form.To", W["transfer.choose"]);
        }

        await Load();
        if (!ModelState.IsValid || amount is null)
        {
            Unprocessable();
            return Page();
        }

        long transfer = 0;
        ProposeTransfer command = new(FormKey, Form.From ?? 0, Form.To ?? 0, amount,
            Codes.RestrictionOf(Form.Restriction ?? "") ?? Restriction.Unrestricted, Form.Reason ?? "", Form.Source ?? "");
        if (!await Try(async () => transfer = await Session.Run(command, Ct)))
        {
            return Page();
        }

        Said = W["transfer.said-proposed"];
        return RedirectToPage("Transfer", new { id = transfer });
    }

    private Task Load() => Try(async () => Funds = await Session.Ask(new TransferChoices(), Ct));
}

/// <summary>What is typed for a transfer.</summary>
public sealed record TransferForm
{
    public int? From { get; init; }

    public int? To { get; init; }

    public string? Amount { get; init; }

    public string? Restriction { get; init; } = "U";

    public string? Reason { get; init; }

    public string? Source { get; init; }
}
