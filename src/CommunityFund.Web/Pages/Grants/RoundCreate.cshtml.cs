using System.Globalization;
using CommunityFund.Grants.Rounds;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>Draws up a call for applications, for another person to open.</summary>
public sealed class RoundCreateModel : RegisterPage
{
    private const int FirstNeeds = 5, FirstFunds = 3, MostNeeds = 50;

    [BindProperty]
    public RoundFields Form { get; set; } = new();

    public RoundChoicesView? Choices { get; private set; }

    public string OpensType => TypeOf(Form.Opens);

    public string ClosesType => TypeOf(Form.Closes);

    public async Task OnGetAsync()
    {
        await Load();
        if (Choices is { } choices)
        {
            Form = Form with
            {
                Code = choices.Code,
                Opens = LocalDatePattern.Iso.Format(choices.Today),
                Screening = Text(choices.Days.Screening),
                Correction = Text(choices.Days.Correction),
                Notice = Text(choices.Days.Notice),
                Agreement = Text(choices.Days.Agreement),
            };
        }

        static string Text(short days) => days.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>More lines for needs, with everything typed still there.</summary>
    public async Task OnPostMoreAsync()
    {
        ModelState.Clear();
        Form.Needs.AddRange(Enumerable.Range(0, Math.Min(FirstNeeds, Math.Max(0, MostNeeds - Form.Needs.Count))).Select(_ => new NeedLine()));
        await Load();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        long round = 0;
        ProposeRound command = Command();
        await Load();
        if (ModelState.IsValid && await Try(async () => round = await Session.Run(command, Ct)))
        {
            Said = W["rounds.said-proposed"];
            return RedirectToPage("Round", new { id = round });
        }

        Unprocessable();
        return Page();
    }

    private ProposeRound Command()
    {
        List<PoolForm> pool = [];
        for (int i = 0; i < Form.Pool.Count; i++)
        {
            if (RoundPageWords.Whole(Form.Pool[i].Fund) is { } fund)
            {
                pool.Add(new PoolForm(fund, Money($"Form.Pool[{i}].Amount", Form.Pool[i].Amount)));
            }
            else if (!string.IsNullOrWhiteSpace(Form.Pool[i].Amount))
            {
                ModelState.AddModelError($"Form.Pool[{i}].Fund", W["rounds.which-fund"]);
            }
        }

        List<NeedForm> needs = [];
        for (int i = 0; i < Form.Needs.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(Form.Needs[i].What))
            {
                needs.Add(new NeedForm(Form.Needs[i].What!, Number($"Form.Needs[{i}].Voices", Form.Needs[i].Voices, 0)));
            }
        }

        return new ProposeRound(
            FormKey, Form.Code ?? "", Form.Title ?? "", Form.Survey ?? "", Form.WhoMay ?? "", Form.Forbidden ?? "", Form.Guide ?? "",
            Day("Form.Opens", Form.Opens), Day("Form.Closes", Form.Closes), Money("Form.Cap", Form.Cap), Share(), Form.Policy,
            new RoundDays(Days("Form.Screening", Form.Screening), Days("Form.Correction", Form.Correction), Days("Form.Notice", Form.Notice),
                Days("Form.Agreement", Form.Agreement)), pool, needs);
    }

    private int Share()
    {
        if (string.IsNullOrWhiteSpace(Form.Own))
        {
            return 0;
        }

        if (RoundPageWords.Basis(Form.Own) is { } basis)
        {
            return basis;
        }

        ModelState.AddModelError("Form.Own", W["rounds.bad-share"]);
        return 0;
    }

    // A number too large for a day is refused by the rule, which says the bounds.
    private short Days(string field, string? typed) => (short)Math.Min(Number(field, typed, 0), 1000);

    private int Number(string field, string? typed, int otherwise)
    {
        if (RoundPageWords.Whole(typed) is { } number)
        {
            return number;
        }

        ModelState.AddModelError(field, W["form.number"]);
        return otherwise;
    }

    private async Task Load()
    {
        await Try(async () => Choices = await Session.Ask(new RoundChoices(), Ct));
        Form.Needs.AddRange(Enumerable.Range(0, Math.Max(0, FirstNeeds - Form.Needs.Count)).Select(_ => new NeedLine()));
        int funds = Math.Min(FirstFunds, Choices?.Funds.Count ?? 1);
        Form.Pool.AddRange(Enumerable.Range(0, Math.Max(0, funds - Form.Pool.Count)).Select(_ => new PoolLine()));
    }
}

/// <summary>A need as typed.</summary>
public sealed record NeedLine
{
    public string? What { get; init; }

    public string? Voices { get; init; }
}

/// <summary>A fund's part of the pool as typed.</summary>
public sealed record PoolLine
{
    public string? Fund { get; init; }

    public string? Amount { get; init; }
}

/// <summary>What is typed for a round.</summary>
public sealed record RoundFields
{
    public string? Code { get; init; }

    public string? Title { get; init; }

    public string? Survey { get; init; }

    public string? WhoMay { get; init; }

    public string? Forbidden { get; init; }

    public string? Guide { get; init; }

    public string? Opens { get; init; }

    public string? Closes { get; init; }

    public string? Cap { get; init; }

    public string? Own { get; init; } = "10";

    public AdvancePolicy Policy { get; init; }

    public string? Screening { get; init; }

    public string? Correction { get; init; }

    public string? Notice { get; init; }

    public string? Agreement { get; init; }

    public List<NeedLine> Needs { get; init; } = [];

    public List<PoolLine> Pool { get; init; } = [];
}
