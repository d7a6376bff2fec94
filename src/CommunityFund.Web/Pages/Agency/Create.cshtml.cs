using CommunityFund.Agency;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Agency;

/// <summary>Enters a matter with the answers to its tests.</summary>
public sealed class CreateModel : RegisterPage
{
    private const int FirstRecipients = 4;

    [BindProperty]
    public MatterFields Form { get; set; } = new();

    public bool MayKeep { get; private set; }

    /// <summary>The tests: field, words, and what was said.</summary>
    public IEnumerable<(string Name, string Words, bool Said)> Tests =>
    [
        (nameof(Form.ByAgreement), "agreement", Form.ByAgreement), (nameof(Form.DutyOnReceipt), "duty", Form.DutyOnReceipt),
        (nameof(Form.OnlyBetween), "between", Form.OnlyBetween), (nameof(Form.PrincipalNamed), "named", Form.PrincipalNamed),
    ];

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        long matter = 0;
        List<RecipientForm> recipients = RecipientLine.Read(Form.Recipients, AnyMoney);
        await Load();
        if (ModelState.IsValid && await Enclose() && await Try(async () => matter = await Session.Run(new ProposeMatter(
            FormKey, Form.Principal ?? "", Form.PrincipalKind, Form.Title ?? "", Form.ByAgreement, Form.DutyOnReceipt,
                Form.OnlyBetween,
            Form.PrincipalNamed, Form.Grounds ?? "", recipients, Enclosed.Enclosures), Ct)))
        {
            Said = W["agency.said-proposed"];
            return RedirectToPage("Show", new { id = matter });
        }

        Unprocessable();
        return Page();
    }

    private async Task Load()
    {
        await Try(async () => MayKeep = (await Session.Ask(new AgencyStatement(), Ct)).MayKeep);
        Form.Recipients.AddRange(Enumerable.Range(0, Math.Max(0, FirstRecipients - Form.Recipients.Count)).Select(_ =>
            new RecipientLine()));
    }
}

/// <summary>A recipient as typed.</summary>
public sealed record RecipientLine
{
    public string? Name { get; init; }

    public PersonKind Kind { get; init; } = PersonKind.Person;

    public string? Meant { get; init; }

    internal static List<RecipientForm> Read(List<RecipientLine> lines, Func<string, string?, Amount> money)
    {
        List<RecipientForm> read = [];
        for (int i = 0; i < lines.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(lines[i].Name))
            {
                read.Add(new RecipientForm(lines[i].Name!, lines[i].Kind, money($"Form.Recipients[{i}].Meant", lines[i].Meant)));
            }
        }

        return read;
    }
}

/// <summary>What is typed for a matter.</summary>
public sealed record MatterFields
{
    public string? Title { get; init; }

    public string? Principal { get; init; }

    public PersonKind PrincipalKind { get; init; } = PersonKind.Organisation;

    public bool ByAgreement { get; init; }

    public bool DutyOnReceipt { get; init; }

    public bool OnlyBetween { get; init; }

    public bool PrincipalNamed { get; init; }

    public string? Grounds { get; init; }

    public List<RecipientLine> Recipients { get; init; } = [];
}
