using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.PublicMoney;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.PublicMoney;

/// <summary>Enters government money with the answers that decide what it is.</summary>
public sealed class CreateModel : RegisterPage
{
    private const int FirstConditions = 2, FirstInstalments = 3;

    [BindProperty]
    public ContractFields Form { get; set; } = new();

    public IReadOnlyList<ContractFund> Funds { get; private set; } = [];

    /// <summary>What the answers come to, once asked.</summary>
    public PublicNature? Nature { get; private set; }

    /// <summary>The questions of yes and no: field, words, and what was said.</summary>
    public IEnumerable<(string Name, string Words, bool Said)> Questions =>
    [
        (nameof(Form.InExchange), "exchange", Form.InExchange), (nameof(Form.MayChoose), "choose", Form.MayChoose),
        (nameof(Form.MayChange), "change", Form.MayChange), (nameof(Form.ReturnDuty), "return", Form.ReturnDuty),
    ];

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostDecideAsync()
    {
        await Enclose();
        ModelState.Clear();
        Nature = PublicContract.NatureOf(Form.Receiver, Form.InExchange, Form.MayChoose, Form.MayChange);
        await Load();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        long contract = 0;
        ProposeContract command = Typed();
        await Load();
        if (ModelState.IsValid && await Enclose()
            && await Try(async () => contract = await Session.Run(command with { Key = FormKey, Papers = Enclosed.Enclosures },
                Ct)))
        {
            Said = W["public.said-proposed"];
            return RedirectToPage("Show", new { id = contract });
        }

        Unprocessable();
        return Page();
    }

    private ProposeContract Typed()
    {
        Amount amount = Money("Form.Amount", Form.Amount);
        LocalDate signed = Day("Form.SignedOn", Form.SignedOn);
        List<ConditionForm> conditions = [];
        List<InstalmentForm> instalments = [];
        for (int i = 0; i < Form.Conditions.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(Form.Conditions[i].What))
            {
                conditions.Add(new ConditionForm(Form.Conditions[i].What!, Day($"Form.Conditions[{i}].Until",
                    Form.Conditions[i].Until)));
            }
        }

        for (int i = 0; i < Form.Instalments.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(Form.Instalments[i].Amount))
            {
                instalments.Add(new InstalmentForm(Money($"Form.Instalments[{i}].Amount", Form.Instalments[i].Amount),
                    Day($"Form.Instalments[{i}].DueOn", Form.Instalments[i].DueOn)));
            }
        }

        return new ProposeContract(FormKey, Form.Payer ?? "", Form.Number ?? "", Form.Title ?? "", signed, amount, Form.Fund ?? 0,
            Codes.RestrictionOf(Form.Restriction ?? "") ?? Restriction.Unrestricted, Form.Clause ?? "", Form.Receiver,
                Form.InExchange, Form.MayChoose,
            Form.MayChange, Form.ReturnDuty, conditions, instalments);
    }

    private async Task Load()
    {
        await Try(async () => Funds = await Session.Ask(new ContractChoices(), Ct));
        Form.Conditions.AddRange(Enumerable.Range(0, Math.Max(0, FirstConditions - Form.Conditions.Count)).Select(_ =>
            new ConditionLine()));
        Form.Instalments.AddRange(Enumerable.Range(0, Math.Max(0, FirstInstalments - Form.Instalments.Count)).Select(_ =>
            new InstalmentLine()));
    }
}

/// <summary>A condition as typed.</summary>
public sealed record ConditionLine
{
    public string? What { get; init; }

    public string? Until { get; init; }
}

/// <summary>An instalment as typed.</summary>
public sealed record InstalmentLine
{
    public string? Amount { get; init; }

    public string? DueOn { get; init; }
}

/// <summary>What is typed for a contract.</summary>
public sealed record ContractFields
{
    public string? Payer { get; init; }

    public string? Number { get; init; }

    public string? Title { get; init; }

    public string? SignedOn { get; init; }

    public string? Amount { get; init; }

    public int? Fund { get; init; }

    public string? Restriction { get; init; } = "U";

    public string? Clause { get; init; }

    public PublicReceiver Receiver { get; init; }

    public bool InExchange { get; init; }

    public bool MayChoose { get; init; } = true;

    public bool MayChange { get; init; } = true;

    public bool ReturnDuty { get; init; }

    public List<ConditionLine> Conditions { get; init; } = [];

    public List<InstalmentLine> Instalments { get; init; } = [];
}
