using System.ComponentModel.DataAnnotations;
using CommunityFund.Banking;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>Our accounts at banks, and one more.</summary>
public sealed class AccountsModel : FundPage
{
    [BindProperty]
    public AccountForm Form { get; set; } = new();

    public BankAccountItems? Accounts { get; private set; }

    public async Task OnGetAsync()
    {
        await Show();
        Form.Suffix = Accounts?.NextSuffix;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (ModelState.IsValid && await Try(() => Session.Run(new AddBankAccount(
            FormKey, Form.Number!.Replace(" ", "", StringComparison.Ordinal), Form.BankName!, Form.Suffix!, Form.NameZh!,
                Form.NameEn!, Form.Kind), Ct)))
        {
            Said = W["bank-accounts.added", Form.NameZh!];
            return RedirectToPage();
        }

        await Show();
        return Page();
    }

    private async Task Show()
    {
        if (Refusal is null)
        {
            await Try(async () => Accounts = await Session.Ask(new BankAccountList(), Ct));
            return;
        }

        Accounts = await Session.Ask(new BankAccountList(), Ct);
    }

    public sealed class AccountForm
    {
        public BankAccountKind Kind { get; set; }

        [Required, StringLength(60)]
        public string? Number { get; set; }

        [Required, StringLength(60)]
        public string? BankName { get; set; }

        [Required, StringLength(2)]
        public string? Suffix { get; set; }

        [Required, StringLength(60)]
        public string? NameZh { get; set; }

        [Required, StringLength(80)]
        public string? NameEn { get; set; }
    }
}
