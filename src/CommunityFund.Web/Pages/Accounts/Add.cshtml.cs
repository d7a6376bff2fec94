using CommunityFund.Accounts;
using CommunityFund.Books;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Accounts;

/// <summary>A sub-account: first the account it divides, then its two digits and names.</summary>
public sealed class AddModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public string? Parent { get; set; }

    [BindProperty]
    public SubAccountForm Form { get; set; } = new();

    public IReadOnlyList<ChartAccount> Choices { get; private set; } = [];

    public ProposedSubAccount? Proposed { get; private set; }

    /// <summary>A code has at most twelve digits, two for each step down.</summary>
    public static bool MayDivide(ChartAccount account) =>
        account.Code.Length <= 10 && SubAccount.MayDivide(account.Account.Key, account.Account.Class);

    public async Task OnGetAsync()
    {
        if (await Load())
        {
            Form = new SubAccountForm { Suffix = Proposed?.Suffix };
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        AddSubAccount command =
            new(FormKey, Parent ?? "", (Form.Suffix ?? "").Trim(), Form.NameZh ?? "", Form.NameEn ?? "", (Form.Pinyin ?? "")
                .Trim());
        if (await Try(() => Session.Run(command, Ct)))
        {
            Said = W["account.is-added", command.NameZh.Trim()];
            return RedirectToPage("Index", new { Q = command.NameZh.Trim() });
        }

        await Load();
        return Page();
    }

    /// <summary>Initials of the name typed, for a person to check.</summary>
    public IActionResult OnGetInitials(string? name) =>
        Content(PinyinInitials.Of((name ?? "")[..Math.Min((name ?? "").Length, 60)]));

    private async Task<bool> Load()
    {
        Choices = [.. (await Session.Ask(new AccountList((await WhoAmI()).Today), Ct)).Accounts.Where(MayDivide)];
        return string.IsNullOrWhiteSpace(Parent) || Refusal is not null
            ? await Proposal() && Proposed is not null
            : await Try(async () => Proposed = await Session.Ask(new SubAccountProposal(Parent), Ct));
    }

    /// <summary>Beside a refusal that is shown already, a second one would only confuse.</summary>
    private async Task<bool> Proposal()
    {
        Proposed = Choices.Any(account => account.Account.Key == Parent) ? await Session.Ask(new SubAccountProposal(Parent!), Ct)
            : null;
        return true;
    }
}

/// <summary>What is typed for a sub-account.</summary>
public sealed record SubAccountForm
{
    public string? Suffix { get; init; }

    public string? NameZh { get; init; }

    public string? NameEn { get; init; }

    public string? Pinyin { get; init; }
}
