using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.People;

/// <summary>What one proposed and another confirms.</summary>
public sealed class ProposalsModel(Foundation foundation) : FundPage
{
    public IReadOnlyList<ProposalView> Proposals { get; private set; } = [];

    /// <summary>A password that was made by confirming.</summary>
    public MadePassword? Made { get; private set; }

    /// <summary>What was refused first.</summary>
    public Refusal? Shown { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostConfirmAsync(long proposal)
    {
        string password = FirstPassword.For(foundation, FormKey, $"{Session.Actor} confirm {proposal}");
        bool done = await Try(() => Session.Run(new ConfirmProposal(FormKey, proposal, password), Ct));
        await Load();
        ProposalView? row = Proposals.FirstOrDefault(row => row.ProposalId == proposal);
        if (done && row is { Kind: ProposalKind.ResetPassword, PersonId: { } person })
        {
            Made = new MadePassword(person, row.Person!, "", password);
        }
        else if (done)
        {
            Said = W["proposals.done"];
            return RedirectToPage();
        }

        return Page();
    }

    public async Task<IActionResult> OnPostDropAsync(long proposal)
    {
        if (await Try(() => Session.Run(new DropProposal(FormKey, proposal), Ct)))
        {
            Said = W["proposals.dropped"];
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    private async Task Load()
    {
        Refusal? before = Refusal;
        await Try(async () => Proposals = await Session.Ask(new ProposalList(), Ct));
        Shown = before ?? Refusal;
    }
}
