using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.People;

/// <summary>Handovers so far, and drawing up the next.</summary>
public sealed class HandoversModel : FundPage
{
    [BindProperty]
    public HandoverForm Form { get; set; } = new();

    public Handovers? View { get; private set; }

    /// <summary>What was refused first.</summary>
    public Refusal? Shown { get; private set; }

    /// <summary>Who hands over and as what may come from the page where the role was ended.</summary>
    public Task OnGetAsync(string? role, long? from)
    {
        Form = new HandoverForm { Role = role, From = from };
        return Load();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        long list = 0;
        Role role = Codes.Find<Role>(Form.Role ?? "") ?? Role.Accountant;
        if (await Try(async () => list = await Session.Run(
            new DrawUpHandover(FormKey, role, Form.From ?? 0, Form.To ?? 0, Form.Supervisor ?? 0), Ct)))
        {
            return RedirectToPage("Handover", new { id = list });
        }

        await Load();
        return Page();
    }

    private async Task Load()
    {
        Refusal? before = Refusal;
        await Try(async () => View = await Session.Ask(new HandoverList(), Ct));
        Shown = before ?? Refusal;
    }
}

/// <summary>Who hands over what to whom, and who watches.</summary>
public sealed record HandoverForm
{
    public string? Role { get; init; }

    public long? From { get; init; }

    public long? To { get; init; }

    public long? Supervisor { get; init; }

    public long? Of(string name) => name switch
    {
        nameof(From) => From,
        nameof(To) => To,
        _ => Supervisor,
    };
}
